import type { NamedFigure } from "../report/write-figures";

/** A figure with what stands below it. */
export interface PaperFigure extends NamedFigure {
  readonly caption: string;
}
