/** Outcomes of the last queries of one device; older ones fall out. */
export class SlidingWindow {
  readonly #answered: boolean[] = [];
  readonly #rttMs: (number | null)[] = [];
  readonly #size: number;
  #next = 0;

  constructor(size: number) {
    this.#size = size;
  }

  /** @param rttMs null where none was measured */
  add(answered: boolean, rttMs: number | null): void {
    this.#answered[this.#next] = answered;
    this.#rttMs[this.#next] = rttMs;
    this.#next = (this.#next + 1) % this.#size;
  }

  reset(): void {
    this.#answered.length = 0;
    this.#rttMs.length = 0;
    this.#next = 0;
  }

  get sums(): WindowSums {
    let answered = 0;
    let measured = 0;
    let rttMs = 0;
    for (const one of this.#answered) if (one) answered++;
    for (const one of this.#rttMs) {
      if (one === null) continue;
      measured++;
      rttMs += one;
    }
    return { asked: this.#answered.length, answered, measured, rttMs };
  }
}

export interface WindowSums {
  readonly asked: number;
  readonly answered: number;
  readonly measured: number;
  readonly rttMs: number;
}

/** Mean round trip, ms; null where none was measured. */
export function meanRttMs(windows: readonly WindowSums[]): number | null {
  const measured = windows.reduce((sum, one) => sum + one.measured, 0);
  return measured === 0 ? null : windows.reduce((sum, one) => sum + one.rttMs, 0) / measured;
}

/** Packet delivery ratio, 0…1; null before the first query. */
export function deliveryRatio(windows: readonly WindowSums[]): number | null {
  const asked = windows.reduce((sum, one) => sum + one.asked, 0);
  return asked === 0 ? null : windows.reduce((sum, one) => sum + one.answered, 0) / asked;
}
