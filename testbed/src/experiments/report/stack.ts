import { element, escapeXml } from "../../report/svg";
import { FIGURE_WIDTH } from "./frame";

/** Figures one above the other as one figure. */
export function stackFigures(title: string, figures: readonly string[]): string {
  let height = 0;
  const placed = figures.map((svg) => {
    const own = Number(/ height="([\d.]+)"/.exec(svg)?.[1] ?? 0);
    const at = svg.replace("<svg ", `<svg x="0" y="${height}" `);
    height += own;
    return at;
  });
  return element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      viewBox: `0 0 ${FIGURE_WIDTH} ${height}`,
      width: FIGURE_WIDTH,
      height,
      role: "img",
      "aria-label": title,
    },
    element("title", {}, escapeXml(title)),
    ...placed,
  );
}
