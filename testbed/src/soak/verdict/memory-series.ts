import { residentBytes } from "../../files/process-table";
import type { SoakCheck } from "../soak";

/** What one process's memory did over a long run. */
export interface MemoryFigures {
  readonly name: string;
  readonly samples: number;
  /** Once it had warmed up, and at the end. */
  readonly warmMb: number;
  readonly endMb: number;
  readonly growthMb: number;
  readonly allowedMb: number;
  readonly isBounded: boolean;
  /** Thinned to at most 200 values, for a plot. */
  readonly seriesMb: readonly number[];
}

/** The first two fifths of a run fill caches, pools and compiled code. */
const WARM_UP = 0.4;
/** Garbage that is not collected yet, and pages that the allocator keeps. */
const ALLOWED_MB = 12;
const ALLOWED_SHARE = 0.1;
const SERIES_LIMIT = 200;
const MEGABYTE = 1024 * 1024;

/**
 * Resident memory of one process, sampled while it works. Bounded means: the median of the last
 * third after the warm-up lies no more than the allowance above the median of the first third.
 */
export class MemorySeries {
  readonly #name: string;
  readonly #bytes: number[] = [];

  constructor(name: string) {
    this.#name = name;
  }

  /** A process that is gone gives no sample. */
  sample(pid: number): void {
    const bytes = residentBytes(pid);
    if (bytes !== null) this.add(bytes);
  }

  add(bytes: number): void {
    this.#bytes.push(bytes);
  }

  get figures(): MemoryFigures {
    const warm = this.#bytes.slice(Math.floor(this.#bytes.length * WARM_UP));
    const third = Math.max(1, Math.floor(warm.length / 3));
    const warmMb = median(warm.slice(0, third)) / MEGABYTE;
    const endMb = median(warm.slice(-third)) / MEGABYTE;
    const growthMb = endMb - warmMb;
    const allowedMb = Math.max(ALLOWED_MB, warmMb * ALLOWED_SHARE);
    return {
      name: this.#name,
      samples: this.#bytes.length,
      warmMb: round(warmMb),
      endMb: round(endMb),
      growthMb: round(growthMb),
      allowedMb: round(allowedMb),
      isBounded: growthMb <= allowedMb,
      seriesMb: thinned(this.#bytes).map((bytes) => round(bytes / MEGABYTE)),
    };
  }
}

/** The claim of a long run about one process. */
export function memoryCheck(figures: MemoryFigures): SoakCheck {
  const { name, samples, warmMb, endMb, growthMb, allowedMb, isBounded } = figures;
  return {
    claim: `${name}: its memory does not grow once it is warm`,
    holds: isBounded && samples > 0,
    found: `${warmMb} MB warm, ${endMb} MB at the end of ${samples} samples (${growthMb} of ${allowedMb} MB allowed)`,
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function thinned(values: readonly number[]): number[] {
  const step = Math.ceil(values.length / SERIES_LIMIT);
  return values.filter((_, index) => index % step === 0);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
