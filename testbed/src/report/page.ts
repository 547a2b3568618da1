import { escapeXml } from "./svg";

export interface Section {
  readonly title: string;
  readonly note?: string;
  /** HTML or SVG. */
  readonly body: string;
}

/**
 * One page that needs nothing else: no script, no font, no picture from anywhere. Light and dark
 * follow the reader's system; it prints well.
 */
export function page(title: string, lead: string, sections: readonly Section[]): string {
  const bodies = sections.map(
    ({ title: heading, note, body }) =>
      `<section><h2>${escapeXml(heading)}</h2>${note ? `<p>${escapeXml(note)}</p>` : ""}${body}</section>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeXml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escapeXml(title)}</h1>
<p class="lead">${escapeXml(lead)}</p>
${bodies.join("\n")}
</main>
</body>
</html>
`;
}

/** A table; numbers stand right. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (tag: string, row: readonly string[]): string =>
    `<tr>${row
      .map(
        (cell) => `<${tag}${/^[\d–-]/.test(cell) ? ' class="n"' : ""}>${escapeXml(cell)}</${tag}>`,
      )
      .join("")}</tr>`;
  return `<table><thead>${cells("th", header)}</thead><tbody>${rows
    .map((row) => cells("td", row))
    .join("")}</tbody></table>`;
}

// Series colours: Okabe and Ito's palette, which colour-blind readers can tell apart.
const STYLE = `
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#667;--line:#d9dde3;--paper:#fff;--http:#0072b2;--coap:#009e73;--mqtt:#d55e00;--system:#777}
@media (prefers-color-scheme:dark){:root{--ink:#e8eaed;--soft:#9aa4b0;--line:#343a42;--paper:#14171b;--http:#56b4e9;--coap:#2fc79a;--mqtt:#f0924a;--system:#999}}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:960px;margin:0 auto;padding:2rem 1rem}
h1{font-size:1.6rem;margin:0 0 .3rem}h2{font-size:1.1rem;margin:2.2rem 0 .4rem}
.lead,section>p{color:var(--soft);margin:.2rem 0 .6rem}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:.88rem}
th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid var(--line)}td.n,th.n{text-align:right}
.plot{width:100%;height:auto;font:12px system-ui,sans-serif}.plot text{fill:var(--ink)}
.plot .tick,.plot .note,.plot .series{fill:var(--soft)}.plot .group{font-weight:600}
.grid{stroke:var(--line);stroke-width:1}
.box,.bar{--c:var(--system)}.s-http{--c:var(--http)}.s-coap{--c:var(--coap)}.s-mqtt{--c:var(--mqtt)}
.box rect,.bar rect{fill:var(--c);fill-opacity:.55;stroke:var(--c)}.box line,.bar line{stroke:var(--c);stroke-width:1.5}
.box .median{stroke:var(--ink);stroke-width:2}.box circle{fill:none;stroke:var(--c);stroke-width:1.5}.bar .interval{stroke:var(--ink)}
@media print{main{max-width:none}}`;
