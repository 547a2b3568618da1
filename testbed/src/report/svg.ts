/** Small building blocks of inline SVG: text in, text out, nothing from the net. */

/** Text as it may stand in HTML and SVG. */
export function escapeXml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

type Attributes = Readonly<Record<string, string | number>>;

/** One element; numbers are rounded to a tenth of a pixel. */
export function element(name: string, attributes: Attributes, ...children: string[]): string {
  const text = Object.entries(attributes)
    .map(([key, value]) => {
      const shown = typeof value === "number" ? String(Math.round(value * 10) / 10) : value;
      return ` ${key}="${escapeXml(shown)}"`;
    })
    .join("");
  return children.length === 0
    ? `<${name}${text}/>`
    : `<${name}${text}>${children.join("")}</${name}>`;
}

export function label(x: number, y: number, text: string, attributes: Attributes = {}): string {
  return element("text", { x, y, ...attributes }, escapeXml(text));
}

/** Maps a value range to pixels. */
export interface Scale {
  (value: number): number;
  readonly ticks: readonly number[];
}

/** A linear scale from 0 to at least `maximum`, with about five round ticks. */
export function linearScale(maximum: number, fromPx: number, toPx: number): Scale {
  const step = niceStep(Math.max(maximum, 1e-9) / 5);
  const top = step * Math.ceil(Math.max(maximum, 1e-9) / step);
  const ticks = Array.from({ length: Math.round(top / step) + 1 }, (_, index) => index * step);
  const scale = (value: number): number => fromPx + (value / top) * (toPx - fromPx);
  return Object.assign(scale, { ticks });
}

/** 1, 2 or 5 times a power of ten, at least `raw`. */
export function niceStep(raw: number): number {
  const power = 10 ** Math.floor(Math.log10(raw));
  const factor = [1, 2, 5, 10].find((one) => one * power >= raw * 0.999) ?? 10;
  return factor * power;
}

/** A tick's text: no more digits than its step needs. */
export function tickText(value: number, step: number): string {
  const digits = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
  return value.toFixed(Math.min(digits, 6));
}
