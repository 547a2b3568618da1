import * as fs from "node:fs";
import * as path from "node:path";
import { isAlive } from "../../files/process-table";
import { until } from "../site/until";
import type { SoakCheck } from "../soak";
import type { MemoryReport } from "./collector";

/** What one process's memory did over a long run, each sample taken after a garbage collection. */
export interface MemoryFigures {
  readonly name: string;
  readonly samples: number;
  /** Objects and buffers in use. */
  readonly live: Growth;
  /** What the operating system has given the process (RSS). */
  readonly resident: Growth;
}

/** Megabytes. */
export interface Growth {
  /** Once the process had warmed up, and at the end. */
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
/** Caches that are bounded and not full yet; for RSS also pages that the allocator keeps. */
const ALLOWED_LIVE_MB = 4;
const ALLOWED_RESIDENT_MB = 16;
const ALLOWED_SHARE = 0.1;
const SERIES_LIMIT = 200;
const MEGABYTE = 1024 * 1024;

/**
 * Memory of one process, sampled while it works. Bounded means: the median of the last third after
 * the warm-up lies no more than the allowance above the median of the first third.
 */
export class MemorySeries {
  readonly #name: string;
  readonly #reports: MemoryReport[] = [];

  constructor(name: string) {
    this.#name = name;
  }

  /**
   * Makes the process collect its garbage and takes what it reports. A process that is gone gives
   * no sample.
   * @param folder that the processes of the site report to
   * @throws WaitTimeoutError
   */
  async sample(pid: number, folder: string): Promise<void> {
    if (!isAlive(pid)) return;
    const file = path.join(folder, `${pid}.json`);
    fs.rmSync(file, { force: true });
    process.kill(pid, "SIGUSR2");
    const text = await until(`memory report of ${this.#name}`, () =>
      isAlive(pid) ? fs.existsSync(file) && fs.readFileSync(file, "utf8") : "gone",
    );
    if (text !== "gone") this.add(JSON.parse(text) as MemoryReport);
  }

  add(report: MemoryReport): void {
    this.#reports.push(report);
  }

  get figures(): MemoryFigures {
    const of = (key: keyof MemoryReport): number[] =>
      this.#reports.map((report) => report[key] / MEGABYTE);
    return {
      name: this.#name,
      samples: this.#reports.length,
      live: growth(of("liveBytes"), ALLOWED_LIVE_MB),
      resident: growth(of("residentBytes"), ALLOWED_RESIDENT_MB),
    };
  }
}

/** The claim of a long run about one process. */
export function memoryCheck({ name, samples, live, resident }: MemoryFigures): SoakCheck {
  const text = ({ warmMb, endMb, allowedMb }: Growth): string =>
    `${warmMb} → ${endMb} MB (${allowedMb} more allowed)`;
  return {
    claim: `${name}: keeps no more memory once it is warm`,
    holds: samples > 0 && live.isBounded && resident.isBounded,
    found: `in use ${text(live)}, resident ${text(resident)}, ${samples} samples`,
  };
}

function growth(valuesMb: readonly number[], leastAllowedMb: number): Growth {
  const warm = valuesMb.slice(Math.floor(valuesMb.length * WARM_UP));
  const third = Math.max(1, Math.floor(warm.length / 3));
  const warmMb = median(warm.slice(0, third));
  const endMb = median(warm.slice(-third));
  const allowedMb = Math.max(leastAllowedMb, warmMb * ALLOWED_SHARE);
  return {
    warmMb: round(warmMb),
    endMb: round(endMb),
    growthMb: round(endMb - warmMb),
    allowedMb: round(allowedMb),
    isBounded: endMb - warmMb <= allowedMb,
    seriesMb: thinned(valuesMb).map(round),
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
