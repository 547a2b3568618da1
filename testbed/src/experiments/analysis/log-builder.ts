import { InputError } from "@fogwot/core";
import type { RunLog } from "../run-log";
import { createColumns } from "../run-recorder";
import type { WorldDevice } from "../world";

export const COLUMN_NAMES = [
  "run",
  "policy",
  "seed",
  "slot",
  "k",
  "device",
  "wsn",
  "binding",
  "explore",
  "eps",
  "propensity",
  "ok",
  "rtt_ms",
  "reward",
  "q_after",
  "energy_mj",
] as const;

/** Where a column stands in a line; −1: nowhere. */
export type RowColumns = Readonly<Record<(typeof COLUMN_NAMES)[number], number>>;

type Columns = ReturnType<typeof createColumns>;

interface Facts {
  readonly timeoutMs: number;
  readonly intervalMs: number;
  readonly devices?: readonly WorldDevice[];
}

/** Collects the rows of one run into columns. */
export class LogBuilder {
  readonly #at: RowColumns;
  readonly #facts: Facts;
  readonly #first: readonly string[];
  readonly #devices: WorldDevice[];
  readonly #indexOf: Map<string, number>;
  #columns = createColumns(4096);
  #count = 0;
  #m = 0;

  constructor(at: RowColumns, first: readonly string[], facts: Facts) {
    this.#at = at;
    this.#facts = facts;
    this.#first = first;
    this.#devices = [...(facts.devices ?? [])];
    this.#indexOf = new Map(this.#devices.map(({ id }, index) => [id, index]));
  }

  /** Whether a row belongs to this run. A live run that switches its policy is two runs here. */
  fits(row: readonly string[]): boolean {
    const { policy, seed, run } = this.#at;
    return (
      row[policy] === this.#first[policy] &&
      row[seed] === this.#first[seed] &&
      row[run] === this.#first[run]
    );
  }

  /** @throws InputError */
  add(row: readonly string[]): void {
    const at = this.#at;
    const slot = Number(row[at.slot]);
    if (!(slot >= 1 && Number.isInteger(slot))) {
      throw new InputError({ path: "slot", got: row[at.slot], wanted: "a whole number from 1" });
    }
    if (this.#count === this.#columns.slot.length) this.#grow();
    const columns = this.#columns;
    const i = this.#count;
    // Logs without a column k: the picks of a slot stand in their order.
    const next = i > 0 && columns.slot[i - 1] === slot ? (columns.k[i - 1] as number) + 1 : 0;
    const k = at.k < 0 ? next : Number(row[at.k]);
    const explore = row[at.explore] ?? "";
    columns.slot[i] = slot;
    columns.k[i] = k;
    columns.device[i] = this.#index(row);
    columns.explore[i] = explore === "" ? -1 : isTrue(explore) ? 1 : 0;
    columns.ok[i] = isTrue(row[at.ok]) ? 1 : 0;
    columns.eps[i] = numberOf(row[at.eps]);
    columns.propensity[i] = numberOf(row[at.propensity]);
    columns.rttMs[i] = numberOf(row[at.rtt_ms]);
    columns.reward[i] = numberOf(row[at.reward]);
    columns.qAfter[i] = numberOf(row[at.q_after]);
    columns.energyMj[i] = numberOf(row[at.energy_mj]);
    if (k >= this.#m) this.#m = k + 1;
    this.#count++;
  }

  finish(): RunLog {
    const { policy, run, seed, binding } = this.#at;
    return {
      run: this.#first[run] ?? "",
      policy: this.#first[policy] ?? "",
      seed: Number(this.#first[seed] ?? 0),
      slots: this.#count === 0 ? 0 : (this.#columns.slot[this.#count - 1] as number),
      m: this.#m,
      timeoutMs: this.#facts.timeoutMs,
      intervalMs: this.#facts.intervalMs,
      binding: this.#first[binding] ?? "",
      devices: this.#devices,
      count: this.#count,
      ...this.#cut(),
    };
  }

  #grow(): void {
    const wider = createColumns(this.#count * 2);
    for (const name of Object.keys(wider) as (keyof typeof wider)[]) {
      wider[name].set(this.#columns[name]);
    }
    this.#columns = wider;
  }

  /** Without the room for rows that never came. */
  #cut(): Columns {
    return Object.fromEntries(
      Object.entries(this.#columns).map(([name, column]) => [name, column.slice(0, this.#count)]),
    ) as unknown as Columns;
  }

  #index(row: readonly string[]): number {
    const id = row[this.#at.device] ?? "";
    const known = this.#indexOf.get(id);
    if (known !== undefined) return known;
    if (this.#facts.devices) {
      const wanted = `one of ${this.#devices.map((device) => device.id).join(", ")}`;
      throw new InputError({ path: "device", got: id, wanted });
    }
    const energyMj = numberOf(row[this.#at.energy_mj]);
    this.#devices.push({
      id,
      wsn: row[this.#at.wsn] ?? "",
      energyMj: Number.isNaN(energyMj) ? null : energyMj,
      batteryMj: null,
      position: null,
    });
    this.#indexOf.set(id, this.#devices.length - 1);
    return this.#devices.length - 1;
  }
}

function isTrue(text: string | undefined): boolean {
  return text === "true" || text === "1";
}

function numberOf(text: string | undefined): number {
  return text === "" || text === undefined ? Number.NaN : Number(text);
}
