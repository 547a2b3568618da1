import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type * as ResvgModule from "@resvg/resvg-js";

/** A figure under its file name without ending, for example `fig4a-rtt`. */
export interface NamedFigure {
  readonly name: string;
  readonly svg: string;
}

/** Pixels per unit of the figure: 300 dpi at the width of one column (8.9 cm) and more. */
const PNG_SCALE = 2.5;

/** Writes every figure as SVG and PNG. @returns the files, relative to `folder` */
export function writeFigures(folder: string, figures: readonly NamedFigure[]): string[] {
  mkdirSync(folder, { recursive: true });
  return figures.flatMap(({ name, svg }) => {
    writeFileSync(
      path.join(folder, `${name}.svg`),
      `<?xml version="1.0" encoding="UTF-8"?>\n${svg}\n`,
    );
    writeFileSync(path.join(folder, `${name}.png`), pngOf(svg));
    return [`${name}.svg`, `${name}.png`];
  });
}

export function pngOf(svg: string): Buffer {
  // Loaded here: a native module that most commands do not need.
  const { Resvg } = require("@resvg/resvg-js") as typeof ResvgModule;
  return new Resvg(svg, {
    fitTo: { mode: "zoom", value: PNG_SCALE },
    font: { loadSystemFonts: true, defaultFontFamily: "DejaVu Sans" },
  })
    .render()
    .asPng();
}
