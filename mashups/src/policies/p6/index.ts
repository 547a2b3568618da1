import { grown } from "../grown";
import type { Handles } from "../handles";
import { type DeviceIndex, IndexPolicy } from "../index-policy";
import type { DeviceFacts, PolicyDefinition } from "../policy";

/** Requests left of a device on mains power, or of unknown battery: more than any battery has. */
const MAINS_REQUESTS = 1e12;

interface State {
  readonly energyMj: readonly number[];
  readonly left: readonly number[];
}

/** Requests each battery can still answer; every request takes one away. */
class RequestsLeft implements DeviceIndex {
  #energyMj = new Float64Array(16);
  #left = new Float64Array(16);

  join(handle: number, _group: number, facts: DeviceFacts): void {
    this.#energyMj = grown(this.#energyMj, handle + 1);
    this.#left = grown(this.#left, handle + 1);
    this.#energyMj[handle] = 1;
    this.#left[handle] = MAINS_REQUESTS;
    this.update(handle, facts);
  }

  update(handle: number, { energyMj, batteryMj }: DeviceFacts): void {
    if (energyMj !== undefined && energyMj > 0) this.#energyMj[handle] = energyMj;
    if (batteryMj === undefined) return;
    const requests = batteryMj / (this.#energyMj[handle] as number);
    this.#left[handle] = Math.min(MAINS_REQUESTS, requests);
  }

  write(_slot: number, _m: number, handles: Handles, values: Float64Array): void {
    const left = this.#left;
    for (let handle = 0; handle < handles.bound; handle++) values[handle] = left[handle] as number;
  }

  observe(handles: Int32Array, _ok: Uint8Array, _rttMs: Float64Array, count: number): void {
    const left = this.#left;
    for (let i = 0; i < count; i++) {
      const handle = handles[i] as number;
      left[handle] = (left[handle] as number) - 1;
    }
  }

  value(handle: number): number {
    return this.#left[handle] as number;
  }

  snapshot(bound: number): State {
    return {
      energyMj: Array.from(this.#energyMj.subarray(0, bound)),
      left: Array.from(this.#left.subarray(0, bound)),
    };
  }

  restore(state: unknown, bound: number): void {
    const { energyMj, left } = state as State;
    this.#energyMj = grown(this.#energyMj, bound);
    this.#left = grown(this.#left, bound);
    this.#energyMj.set(energyMj);
    this.#left.set(left);
  }
}

export const policy: PolicyDefinition = {
  name: "P6",
  title: "Battery-aware round robin",
  description:
    "Asks the devices whose batteries can answer the most requests, so that all run down together; without batteries, round robin.",
  parameters: { type: "object", additionalProperties: false, properties: {} },
  create: (_parameters, context) => new IndexPolicy("P6", new RequestsLeft(), context),
};
