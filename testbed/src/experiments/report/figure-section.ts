import { escapeXml } from "../../report/svg";

/** A figure of a page, on white in a dark page too, with its caption. */
export function figureHtml(svg: string, caption: string): string {
  // The page scales it; the file keeps its size in pixels.
  const fluid = svg.replace(/ width="[\d.]+" height="[\d.]+"/, ' style="width:100%;height:auto"');
  return (
    '<figure style="margin:1rem 0;padding:.6rem;background:#fff;border-radius:6px;max-width:760px;break-inside:avoid">' +
    `${fluid}<figcaption style="color:#565f6b;font-size:.85rem;padding:.2rem .4rem">${escapeXml(caption)}</figcaption></figure>`
  );
}
