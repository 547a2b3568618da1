import type { SlotPicks } from "@fogwot/mashups/base";
import type { RunEvent, RunLog } from "./run-log";
import type { WorldDevice } from "./world";

export type Columns = Pick<
  RunLog,
  | "slot"
  | "k"
  | "device"
  | "explore"
  | "eps"
  | "propensity"
  | "ok"
  | "rttMs"
  | "reward"
  | "qAfter"
  | "energyMj"
>;

export type RunHeader = Omit<RunLog, keyof Columns | "count" | "slots" | "events" | "devices">;

/** Columns of a run log with room for so many entries. */
export function createColumns(capacity: number): Columns {
  return {
    slot: new Int32Array(capacity),
    k: new Int32Array(capacity),
    device: new Int32Array(capacity),
    explore: new Int8Array(capacity),
    eps: new Float64Array(capacity),
    propensity: new Float64Array(capacity),
    ok: new Uint8Array(capacity),
    rttMs: new Float64Array(capacity),
    reward: new Float64Array(capacity),
    qAfter: new Float64Array(capacity),
    energyMj: new Float64Array(capacity),
  };
}

/** Collects a run slot by slot. */
export class RunRecorder {
  readonly #columns: Columns;
  readonly #energyMj: Float64Array;
  readonly #devices: readonly WorldDevice[];
  readonly #events: RunEvent[] = [];
  #count = 0;

  constructor(devices: readonly WorldDevice[], capacity: number) {
    this.#devices = devices;
    this.#columns = createColumns(capacity);
    this.#energyMj = Float64Array.from(devices, (device) => device.energyMj ?? Number.NaN);
  }

  get count(): number {
    return this.#count;
  }

  /** Takes a settled slot. @param asked index of each pick's device */
  add(slot: number, picks: SlotPicks, asked: Int32Array): void {
    const columns = this.#columns;
    const { ok, rttMs, reward, value, meta } = picks;
    const hasEpsilon = !Number.isNaN(meta.epsilon);
    for (let k = 0; k < picks.count; k++) {
      const i = this.#count++;
      const d = asked[k] as number;
      columns.slot[i] = slot;
      columns.k[i] = k;
      columns.device[i] = d;
      columns.explore[i] = hasEpsilon ? (meta.explore[k] as number) : -1;
      columns.eps[i] = meta.epsilon;
      columns.propensity[i] = meta.propensity[k] as number;
      columns.ok[i] = ok[k] as number;
      columns.rttMs[i] = rttMs[k] as number;
      columns.reward[i] = reward[k] as number;
      columns.qAfter[i] = value[k] as number;
      columns.energyMj[i] = this.#energyMj[d] as number;
    }
  }

  tell(slot: number, kind: RunEvent["kind"], detail: RunEvent["detail"]): void {
    this.#events.push({ slot, kind, detail });
  }

  /** @param slots slots that were played to their end */
  log(header: RunHeader, slots: number): RunLog {
    return {
      ...header,
      slots,
      devices: this.#devices,
      count: this.#count,
      ...this.#columns,
      events: this.#events,
    };
  }
}
