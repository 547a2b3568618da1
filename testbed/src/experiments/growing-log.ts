import type { RunLog } from "./run-log";
import { type Columns, createColumns } from "./run-recorder";
import type { WorldDevice } from "./world";

/** What a run log has beside its columns, as far as rows and their reader know it. */
export interface LogFacts {
  readonly run: string;
  readonly policy: string;
  readonly seed: number;
  readonly binding: string;
  readonly timeoutMs: number;
  /** Of the experiment; rows may name more. */
  readonly devices: readonly WorldDevice[];
}

/** One row, as read. NaN where a field is empty. */
export interface ReadRow {
  readonly slot: number;
  readonly k: number;
  readonly device: string;
  readonly wsn: string;
  readonly explore: number;
  readonly eps: number;
  readonly propensity: number;
  readonly ok: boolean;
  readonly rttMs: number;
  readonly reward: number;
  readonly qAfter: number;
  readonly energyMj: number;
  readonly tVirtualMs: number;
}

/** A run log that grows row by row. */
export class GrowingLog {
  readonly facts: LogFacts;
  readonly #devices: WorldDevice[];
  readonly #indexOf: Map<string, number>;
  #columns: Columns = createColumns(1_024);
  #capacity = 1_024;
  #count = 0;
  #m = 0;
  #first: ReadRow | undefined;
  #last: ReadRow | undefined;

  constructor(facts: LogFacts) {
    this.facts = facts;
    this.#devices = [...facts.devices];
    this.#indexOf = new Map(facts.devices.map(({ id }, index) => [id, index]));
  }

  add(row: ReadRow): void {
    if (this.#count === this.#capacity) this.#grow();
    const i = this.#count++;
    const columns = this.#columns;
    columns.slot[i] = row.slot;
    columns.k[i] = row.k;
    columns.device[i] = this.#device(row);
    columns.explore[i] = row.explore;
    columns.eps[i] = row.eps;
    columns.propensity[i] = row.propensity;
    columns.ok[i] = row.ok ? 1 : 0;
    columns.rttMs[i] = row.rttMs;
    columns.reward[i] = row.reward;
    columns.qAfter[i] = row.qAfter;
    columns.energyMj[i] = row.energyMj;
    this.#m = Math.max(this.#m, row.k + 1);
    this.#first ??= row;
    this.#last = row;
  }

  log(): RunLog {
    const slots = this.#last?.slot ?? 0;
    const spanSlots = slots - (this.#first?.slot ?? 0);
    const spanMs = (this.#last?.tVirtualMs ?? 0) - (this.#first?.tVirtualMs ?? 0);
    return {
      ...this.facts,
      ...this.#columns,
      slots,
      m: this.#m,
      intervalMs: spanSlots > 0 ? spanMs / spanSlots : 1_000,
      devices: this.#devices,
      count: this.#count,
    };
  }

  #device({ device, wsn }: ReadRow): number {
    const known = this.#indexOf.get(device);
    if (known !== undefined) return known;
    const index = this.#devices.length;
    this.#devices.push({ id: device, wsn, energyMj: null, batteryMj: null, position: null });
    this.#indexOf.set(device, index);
    return index;
  }

  #grow(): void {
    this.#capacity *= 2;
    const larger = createColumns(this.#capacity);
    for (const key of Object.keys(larger) as (keyof Columns)[]) larger[key].set(this.#columns[key]);
    this.#columns = larger;
  }
}
