/** Resident memory of one process over a long run, MB. */
export interface ResidentFigures {
  readonly name: string;
  readonly samples: number;
  /** Median of the first third after the warm-up, and of the last third. */
  readonly warmMb: number;
  readonly endMb: number;
  readonly growthMb: number;
  readonly allowedMb: number;
  readonly isBounded: boolean;
  readonly seriesMb: readonly number[];
}

/** The first two fifths of a run fill caches, pools and compiled code. */
const WARM_UP = 0.4;
const ALLOWED_MB = 5;
const MEGABYTE = 1024 * 1024;

/**
 * What a process takes of the machine while nobody makes it collect its garbage: so it would run on a
 * fog node. Medians, because what V8 has not collected yet comes and goes.
 */
export class ResidentSeries {
  readonly #name: string;
  readonly #valuesMb: number[] = [];

  constructor(name: string) {
    this.#name = name;
  }

  /** Null, of a process that is gone, is no sample. */
  add(bytes: number | null): void {
    if (bytes !== null) this.#valuesMb.push(bytes / MEGABYTE);
  }

  get figures(): ResidentFigures {
    const warm = this.#valuesMb.slice(Math.floor(this.#valuesMb.length * WARM_UP));
    const third = Math.max(1, Math.floor(warm.length / 3));
    const warmMb = median(warm.slice(0, third));
    const endMb = median(warm.slice(-third));
    const growthMb = endMb - warmMb;
    return {
      name: this.#name,
      samples: this.#valuesMb.length,
      ...{ warmMb: round(warmMb), endMb: round(endMb), growthMb: round(growthMb) },
      allowedMb: ALLOWED_MB,
      isBounded: growthMb < ALLOWED_MB,
      seriesMb: this.#valuesMb.map(round),
    };
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
