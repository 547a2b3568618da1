import type { OutcomeRow } from "../store";

/** Mean RTT of the successes and packet delivery ratio; null where there is nothing to average. */
export interface LinkFigures {
  readonly requests: number;
  readonly ok: number;
  readonly rttMs: number | null;
  readonly pdr: number | null;
}

/** Running sums behind LinkFigures. RTT = sum of RTT of successes / number of successes. */
export class Tally {
  #requests = 0;
  #ok = 0;
  #sumMs = 0;

  add(row: OutcomeRow, sign: 1 | -1 = 1): void {
    this.#requests += sign;
    if (!row.ok) return;
    this.#ok += sign;
    this.#sumMs += sign * (row.rttMs ?? 0);
  }

  get figures(): LinkFigures {
    return {
      requests: this.#requests,
      ok: this.#ok,
      rttMs: this.#ok > 0 ? this.#sumMs / this.#ok : null,
      pdr: this.#requests > 0 ? this.#ok / this.#requests : null,
    };
  }
}

/** Figures over the last `slots` time-slots, of all devices and of each. */
export class SlotWindow {
  readonly #slots: (readonly OutcomeRow[])[] = [];
  readonly #size: number;
  readonly #all = new Tally();
  readonly #devices = new Map<string, Tally>();

  constructor(size: number) {
    this.#size = size;
  }

  add(rows: readonly OutcomeRow[]): void {
    this.#slots.push(rows);
    this.#count(rows, 1);
    if (this.#slots.length > this.#size) this.#count(this.#slots.shift() ?? [], -1);
  }

  get slots(): number {
    return this.#slots.length;
  }

  get figures(): LinkFigures {
    return this.#all.figures;
  }

  device(id: string): LinkFigures {
    return (this.#devices.get(id) ?? new Tally()).figures;
  }

  #count(rows: readonly OutcomeRow[], sign: 1 | -1): void {
    for (const row of rows) {
      this.#all.add(row, sign);
      const tally = this.#devices.get(row.device) ?? new Tally();
      this.#devices.set(row.device, tally);
      tally.add(row, sign);
    }
  }
}
