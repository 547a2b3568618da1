import { type IntervalHistogram, monitorEventLoopDelay } from "node:perf_hooks";
import type { Clock } from "../time";

export interface LoadReading {
  /** Processor time, percent of one core. */
  readonly cpuPercent: number;
  /** Resident memory of this process. */
  readonly memoryBytes: number;
  /** 99th percentile of how late the event loop was. */
  readonly eventLoopDelayMs: number;
}

const RESOLUTION_MS = 20;
/** Two readers in the same half second see the same measurement, and none spoils the other's. */
const SHORTEST_SPAN_MS = 500;

/** What this process uses of the machine, since the measurement before. */
export class Load {
  readonly #clock: Clock;
  readonly #delay: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  #cpu = process.cpuUsage();
  #atMs: number;
  #last: LoadReading | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#atMs = clock.monotonicMs();
  }

  start(): void {
    this.#delay.enable();
  }

  stop(): void {
    this.#delay.disable();
  }

  read(): LoadReading {
    const nowMs = this.#clock.monotonicMs();
    const spanMs = nowMs - this.#atMs;
    if (this.#last && spanMs < SHORTEST_SPAN_MS) return this.#last;
    const cpu = process.cpuUsage(this.#cpu);
    // The histogram holds the time between two ticks, so its resolution is part of every value.
    const delayMs = this.#delay.count > 0 ? this.#delay.percentile(99) / 1e6 - RESOLUTION_MS : 0;
    this.#last = {
      cpuPercent: spanMs > 0 ? round((cpu.user + cpu.system) / 10 / spanMs) : 0,
      memoryBytes: process.memoryUsage.rss(),
      eventLoopDelayMs: round(Math.max(0, delayMs)),
    };
    this.#cpu = process.cpuUsage();
    this.#atMs = nowMs;
    this.#delay.reset();
    return this.#last;
  }
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
