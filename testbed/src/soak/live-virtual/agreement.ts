import type { SegmentFigures } from "./segment-figures";

/** One figure of the live runs beside the same of the virtual ones. */
export interface Agreement {
  readonly figure: string;
  /** Mean of the live runs. */
  readonly live: number;
  /** Of the virtual runs. */
  readonly mean: number;
  readonly sd: number;
  /** What they may differ by. */
  readonly tolerance: number;
  readonly agrees: boolean;
}

/** What a live figure may be off by whatever its spread, as for the paper's reference. */
const FLOOR = { pdr: 0.003, utilisation: 0.006 };
const WIDTH = 3.5;

/**
 * Holds the mean of N live runs against V virtual ones of the same length:
 * |x − mean| ≤ 3.5·sd·√(1/N + 1/V) + floor.
 */
export function agreements(
  live: readonly SegmentFigures[],
  virtual: readonly SegmentFigures[],
): Agreement[] {
  const networks = Object.keys(virtual[0]?.utilisation ?? {});
  return [
    agreement("PDR", live, virtual, FLOOR.pdr, ({ pdr }) => pdr),
    ...networks.map((wsn) =>
      agreement(
        `utilisation ${wsn}`,
        live,
        virtual,
        FLOOR.utilisation,
        ({ utilisation }) => utilisation[wsn] ?? 0,
      ),
    ),
  ];
}

function agreement(
  figure: string,
  live: readonly SegmentFigures[],
  virtual: readonly SegmentFigures[],
  floor: number,
  of: (figures: SegmentFigures) => number,
): Agreement {
  const x = meanOf(live.map(of));
  const values = virtual.map(of);
  const mean = meanOf(values);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const sd = Math.sqrt(squares / Math.max(1, values.length - 1));
  const tolerance = WIDTH * sd * Math.sqrt(1 / live.length + 1 / values.length) + floor;
  return { figure, live: x, mean, sd, tolerance, agrees: Math.abs(x - mean) <= tolerance };
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
