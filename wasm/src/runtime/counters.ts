import type { FaultKind } from "./fault";
import { Histogram } from "./histogram";
import type { CallResult } from "./running-version";

/** What an operator sees of one processor on one node, since the node started. */
export interface ProcessorFigures {
  readonly framesIn: number;
  readonly framesOut: number;
  /** Refused by the processor with an error code: bad input. */
  readonly framesRefused: number;
  /** Lost: no version could take them. */
  readonly framesDropped: number;
  readonly faults: Readonly<Partial<Record<FaultKind, number>>>;
  readonly swaps: number;
  readonly rollbacks: number;
  readonly fuelP50: number;
  readonly fuelP99: number;
  readonly callP50Us: number;
  readonly callP99Us: number;
  readonly swapPauseP99Ms: number;
  readonly swapPauseMaxMs: number;
}

export class Counters {
  readonly #fuel = new Histogram();
  readonly #callNs = new Histogram();
  readonly #swapPauseUs = new Histogram();
  readonly #faults: Partial<Record<FaultKind, number>> = {};
  #framesIn = 0;
  #framesOut = 0;
  #framesRefused = 0;
  #framesDropped = 0;
  #swaps = 0;
  #rollbacks = 0;

  called(result: CallResult, durationMs: number): void {
    this.#framesIn++;
    this.#framesOut += result.emissions.length;
    if (result.code < 0) this.#framesRefused++;
    this.#fuel.add(result.fuelUsed);
    this.#callNs.add(durationMs * 1e6);
  }

  dropped(): void {
    this.#framesIn++;
    this.#framesDropped++;
  }

  faulted(kind: FaultKind): void {
    this.#faults[kind] = (this.#faults[kind] ?? 0) + 1;
  }

  swapped(pauseMs: number): void {
    this.#swaps++;
    this.#swapPauseUs.add(pauseMs * 1_000);
  }

  rolledBack(): void {
    this.#rollbacks++;
  }

  figures(): ProcessorFigures {
    return {
      framesIn: this.#framesIn,
      framesOut: this.#framesOut,
      framesRefused: this.#framesRefused,
      framesDropped: this.#framesDropped,
      faults: { ...this.#faults },
      swaps: this.#swaps,
      rollbacks: this.#rollbacks,
      fuelP50: this.#fuel.quantile(0.5),
      fuelP99: this.#fuel.quantile(0.99),
      callP50Us: this.#callNs.quantile(0.5) / 1_000,
      callP99Us: this.#callNs.quantile(0.99) / 1_000,
      swapPauseP99Ms: this.#swapPauseUs.quantile(0.99) / 1_000,
      swapPauseMaxMs: this.#swapPauseUs.highest / 1_000,
    };
  }
}
