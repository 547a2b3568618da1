import { median } from "../measure/statistics";
import type { BenchProcesses } from "./bench-processes";
import type { LoadRequest, LoadResult } from "./load/load";

/** One server under a load, as it takes part in a comparison. */
export interface Competitor {
  readonly name: string;
  /** Name of the child process that answers. */
  readonly process: string;
  readonly load: Unfinished<LoadRequest>;
}

/** A load without what is the same for all competitors. */
type Unfinished<T> = T extends unknown ? Omit<T, "inFlight" | "durationMs"> : never;

export interface CompareOptions {
  readonly inFlight: number;
  readonly rounds: number;
  readonly windowMs: number;
  /** Load before the first window, so that no compiler is measured. @default a window, 1 s at most */
  readonly warmUpMs?: number;
  readonly onRound?: (round: number) => void;
}

/** What one competitor did, medians of the rounds. */
export interface Score {
  readonly perSecond: number;
  readonly p50Ms: number | null;
  readonly failed: number;
  /** CPU time of the server per answer: what other programs on the machine hardly change. */
  readonly cpuMicroseconds: number;
}

const WARM_UP_MS = 1_000;

/**
 * Loads the competitors in turn, window beside window, so that all of them see the same machine;
 * every other round goes backwards.
 */
export async function compare(
  processes: BenchProcesses,
  competitors: readonly Competitor[],
  {
    inFlight,
    rounds,
    windowMs,
    warmUpMs = Math.min(WARM_UP_MS, windowMs),
    onRound,
  }: CompareOptions,
): Promise<Comparison> {
  const run = ({ load }: Competitor, durationMs: number): Promise<LoadResult> =>
    processes.load({ ...load, inFlight, durationMs } as LoadRequest);
  for (const competitor of competitors) await run(competitor, warmUpMs);
  const comparison = new Comparison();
  for (let round = 0; round < rounds; round++) {
    onRound?.(round + 1);
    for (const competitor of round % 2 === 0 ? competitors : [...competitors].reverse()) {
      const before = await processes.cpuMicroseconds(competitor.process);
      const result = await run(competitor, windowMs);
      const cpu = (await processes.cpuMicroseconds(competitor.process)) - before;
      comparison.add(competitor.name, result, cpu);
    }
  }
  return comparison;
}

interface Window extends LoadResult {
  readonly cpuMicroseconds: number;
}

export class Comparison {
  readonly #windows = new Map<string, Window[]>();

  add(name: string, result: LoadResult, cpuMicroseconds: number): void {
    const windows = this.#windows.get(name) ?? [];
    this.#windows.set(name, windows);
    windows.push({ ...result, cpuMicroseconds });
  }

  /**
   * Median of the rounds' own ratios of requests per second: each compares two windows that lie
   * side by side. Null where one of the two answered nothing.
   */
  rateRatio(name: string, peer: string): number | null {
    return this.#ratio(name, peer, rate);
  }

  /** As `rateRatio`, of the median time to an answer. */
  latencyRatio(name: string, peer: string): number | null {
    return this.#ratio(name, peer, ({ p50Ms = 0 }) => p50Ms);
  }

  /** As `rateRatio`, of the server's CPU time per answer. */
  cpuRatio(name: string, peer: string): number | null {
    return this.#ratio(name, peer, cpuPerAnswer);
  }

  get scores(): Readonly<Record<string, Score>> {
    return Object.fromEntries(
      [...this.#windows].map(([name, windows]) => [name, scoreOf(windows)]),
    );
  }

  failedOf(name: string): number {
    return this.scores[name]?.failed ?? 0;
  }

  #ratio(name: string, peer: string, value: (window: Window) => number): number | null {
    const peers = this.#windows.get(peer) ?? [];
    const ratios = (this.#windows.get(name) ?? []).map((window, round) => {
      const other = peers[round];
      return other ? value(window) / value(other) : Number.NaN;
    });
    const all = median(ratios);
    return all === null || !Number.isFinite(all) ? null : all;
  }
}

function scoreOf(windows: readonly Window[]): Score {
  const p50s = windows.flatMap(({ p50Ms }) => (p50Ms === undefined ? [] : [p50Ms]));
  return {
    perSecond: median(windows.map(rate)) ?? 0,
    p50Ms: median(p50s),
    failed: windows.reduce((sum, { failed }) => sum + failed, 0),
    cpuMicroseconds: median(windows.map(cpuPerAnswer)) ?? 0,
  };
}

function rate({ answered, elapsedMs }: LoadResult): number {
  return (answered / elapsedMs) * 1_000;
}

function cpuPerAnswer({ cpuMicroseconds, answered }: Window): number {
  return cpuMicroseconds / answered;
}
