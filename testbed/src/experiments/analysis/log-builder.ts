import { InputError } from "@fogwot/core";
import type { RunLog } from "../run-log";
import type { WorldDevice } from "../world";

type Row = (column: string) => string;

const COLUMNS = ["eps", "propensity", "rttMs", "reward", "qAfter", "energyMj"] as const;
const NAMES: Readonly<Record<(typeof COLUMNS)[number], string>> = {
  eps: "eps",
  propensity: "propensity",
  rttMs: "rtt_ms",
  reward: "reward",
  qAfter: "q_after",
  energyMj: "energy_mj",
};

interface Facts {
  readonly timeoutMs: number;
  readonly intervalMs: number;
  readonly devices?: readonly WorldDevice[];
}

/** Collects the rows of one run into columns. */
export class LogBuilder {
  readonly #run: string;
  readonly #policy: string;
  readonly #seed: string;
  readonly #binding: string;
  readonly #facts: Facts;
  readonly #devices: WorldDevice[];
  readonly #indexOf: Map<string, number>;
  readonly #slot: number[] = [];
  readonly #k: number[] = [];
  readonly #device: number[] = [];
  readonly #explore: number[] = [];
  readonly #ok: number[] = [];
  readonly #numbers = Object.fromEntries(COLUMNS.map((name) => [name, [] as number[]])) as Record<
    (typeof COLUMNS)[number],
    number[]
  >;
  #m = 0;

  constructor(row: Row, facts: Facts) {
    this.#run = row("run");
    this.#policy = row("policy");
    this.#seed = row("seed");
    this.#binding = row("binding");
    this.#facts = facts;
    this.#devices = [...(facts.devices ?? [])];
    this.#indexOf = new Map(this.#devices.map(({ id }, index) => [id, index]));
  }

  /** Whether a row belongs to this run. A live run that switches its policy is two runs here. */
  fits(row: Row): boolean {
    return row("policy") === this.#policy && row("seed") === this.#seed && row("run") === this.#run;
  }

  add(row: Row): void {
    const slot = Number(row("slot"));
    if (!Number.isInteger(slot) || slot < 1) {
      throw new InputError({ path: "slot", got: row("slot"), wanted: "a whole number from 1" });
    }
    // Logs without a column k: the picks of a slot stand in their order.
    const text = row("k");
    const k = text === "" ? (this.#slot.at(-1) === slot ? (this.#k.at(-1) ?? -1) + 1 : 0) : +text;
    const explore = row("explore");
    this.#slot.push(slot);
    this.#k.push(k);
    this.#device.push(this.#index(row));
    this.#explore.push(explore === "" ? -1 : isTrue(explore) ? 1 : 0);
    this.#ok.push(isTrue(row("ok")) ? 1 : 0);
    for (const name of COLUMNS) {
      const value = row(NAMES[name]);
      this.#numbers[name].push(value === "" ? Number.NaN : Number(value));
    }
    this.#m = Math.max(this.#m, k + 1);
  }

  finish(): RunLog {
    const { eps, propensity, rttMs, reward, qAfter, energyMj } = this.#numbers;
    return {
      run: this.#run,
      policy: this.#policy,
      seed: Number(this.#seed || 0),
      slots: this.#slot.at(-1) ?? 0,
      m: this.#m,
      timeoutMs: this.#facts.timeoutMs,
      intervalMs: this.#facts.intervalMs,
      binding: this.#binding,
      devices: this.#devices,
      count: this.#slot.length,
      slot: Int32Array.from(this.#slot),
      k: Int32Array.from(this.#k),
      device: Int32Array.from(this.#device),
      explore: Int8Array.from(this.#explore),
      ok: Uint8Array.from(this.#ok),
      eps: Float64Array.from(eps),
      propensity: Float64Array.from(propensity),
      rttMs: Float64Array.from(rttMs),
      reward: Float64Array.from(reward),
      qAfter: Float64Array.from(qAfter),
      energyMj: Float64Array.from(energyMj),
    };
  }

  #index(row: Row): number {
    const id = row("device");
    const known = this.#indexOf.get(id);
    if (known !== undefined) return known;
    if (this.#facts.devices) {
      const wanted = `one of ${this.#devices.map((device) => device.id).join(", ")}`;
      throw new InputError({ path: "device", got: id, wanted });
    }
    const energy = row("energy_mj");
    this.#devices.push({
      id,
      wsn: row("wsn"),
      energyMj: energy === "" ? null : Number(energy),
      batteryMj: null,
      position: null,
    });
    this.#indexOf.set(id, this.#devices.length - 1);
    return this.#devices.length - 1;
  }
}

function isTrue(text: string): boolean {
  return text === "true" || text === "1";
}
