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
        (cell) =>
          `<${tag}${/^[\d–−±+-][\d.–]*/.test(cell) ? ' class="n"' : ""}>${escapeXml(cell)}</${tag}>`,
      )
      .join("")}</tr>`;
  return `<div class="wide"><table><thead>${cells("th", header)}</thead><tbody>${rows
    .map((row) => cells("td", row))
    .join("")}</tbody></table></div>`;
}

/** Classes of the colours of series; the first is the one that others are compared with. */
export const COLOURS = ["c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8"] as const;

// Series colours: Okabe and Ito's palette, which colour-blind readers can tell apart.
const STYLE = `
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#667;--line:#d9dde3;--paper:#fff;--0:#777;--1:#0072b2;--2:#009e73;--3:#d55e00;--4:#cc79a7;--5:#b58900;--6:#56b4e9;--7:#5b4b9a;--8:#8c564b}
@media (prefers-color-scheme:dark){:root{--ink:#e8eaed;--soft:#9aa4b0;--line:#343a42;--paper:#14171b;--0:#999;--1:#56b4e9;--2:#2fc79a;--3:#f0924a;--4:#e29cc4;--5:#e6c34a;--6:#9bd1f5;--7:#a89ae0;--8:#c49c8f}}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:960px;margin:0 auto;padding:2rem 1rem}
h1{font-size:1.6rem;margin:0 0 .3rem}h2{font-size:1.1rem;margin:2.2rem 0 .4rem}
.lead,section>p{color:var(--soft);margin:.2rem 0 .6rem}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:.88rem}
th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid var(--line)}td.n,th.n{text-align:right;white-space:nowrap}
.wide{overflow-x:auto}
.plot{width:100%;height:auto;font:12px system-ui,sans-serif}.plot text{fill:var(--ink)}
.plot .tick,.plot .note,.plot .series{fill:var(--soft)}.plot .group{font-weight:600}
.grid{stroke:var(--line);stroke-width:1}
${COLOURS.map((name, at) => `.${name}{--c:var(--${at})}`).join("")}
.box rect,.bar rect{fill:var(--c);fill-opacity:.55;stroke:var(--c)}.box line,.bar line{stroke:var(--c);stroke-width:1.5}
.box .median{stroke:var(--ink);stroke-width:2}.box circle{fill:none;stroke:var(--c);stroke-width:1.5}.bar .interval{stroke:var(--ink)}
.curve{fill:none;stroke:var(--c);stroke-width:2}.curve.other{stroke-dasharray:5 4}.box.other rect,.bar.other rect{fill-opacity:.2;stroke-dasharray:4 3}
@media print{main{max-width:none}}`;
