import type { ExportedRow } from "./outcomes";

/** What an export says of the time-slots of one run. */
export interface RunSlots {
  readonly run: string;
  readonly first: number;
  readonly last: number;
  readonly rows: number;
  readonly lost: number;
  readonly byDevice: Readonly<Record<string, { readonly rows: number; readonly lost: number }>>;
  /** Slot numbers between first and last without any row. */
  readonly missing: readonly number[];
  /** Rows of one slot that ask a device twice. */
  readonly repeated: number;
}

/** So many missing numbers are named; more are only counted in. */
const MISSING_LIMIT = 100;

/** Checks rows as they come, without keeping them: a long run has millions. */
export class SlotAudit {
  readonly #runs = new Map<string, Tally>();

  add(row: ExportedRow): void {
    const tally = this.#runs.get(row.run) ?? new Tally(row.run, row.slot);
    this.#runs.set(row.run, tally);
    tally.add(row);
  }

  get runs(): RunSlots[] {
    return [...this.#runs.values()].map((tally) => tally.figures);
  }

  static async of(rows: AsyncIterable<ExportedRow>): Promise<RunSlots[]> {
    const audit = new SlotAudit();
    for await (const row of rows) audit.add(row);
    return audit.runs;
  }
}

class Tally {
  readonly #run: string;
  readonly #first: number;
  readonly #missing: number[] = [];
  #last: number;
  readonly #byDevice: Record<string, { rows: number; lost: number }> = {};
  #repeated = 0;
  #devices = new Set<string>();

  constructor(run: string, first: number) {
    this.#run = run;
    this.#first = first;
    this.#last = first;
  }

  /** Exports are in the order of run, slot and pick. */
  add({ slot, device, ok }: ExportedRow): void {
    if (slot !== this.#last) this.#devices = new Set();
    for (let n = this.#last + 1; n < slot && this.#missing.length < MISSING_LIMIT; n++) {
      this.#missing.push(n);
    }
    if (this.#devices.has(device)) this.#repeated++;
    this.#devices.add(device);
    this.#last = slot;
    const counted = this.#byDevice[device] ?? { rows: 0, lost: 0 };
    this.#byDevice[device] = counted;
    counted.rows++;
    if (!ok) counted.lost++;
  }

  get figures(): RunSlots {
    const devices = Object.values(this.#byDevice);
    return {
      run: this.#run,
      first: this.#first,
      last: this.#last,
      rows: devices.reduce((sum, { rows }) => sum + rows, 0),
      lost: devices.reduce((sum, { lost }) => sum + lost, 0),
      byDevice: this.#byDevice,
      missing: [...this.#missing],
      repeated: this.#repeated,
    };
  }
}
