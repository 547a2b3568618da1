import { type Rng, type RngState, restoreRng } from "@fogwot/core/base";
import { PolicyStateError } from "./errors";
import { grown } from "./grown";
import { Handles } from "./handles";
import type { DeviceFacts, Policy, PolicyContext, SelectionMeta } from "./policy";
import { Top } from "./top/top";

/**
 * What an index policy knows: one number per device and slot, the higher the better. `IndexPolicy`
 * does the rest: handles, choosing the M highest with ties at random, snapshots.
 */
export interface DeviceIndex {
  join(handle: number, group: number, facts: DeviceFacts): void;
  leave?(handle: number): void;
  update?(handle: number, facts: DeviceFacts): void;
  /** Writes a finite number for every device; what it writes for a free handle does not matter. */
  write(slot: number, m: number, handles: Handles, values: Float64Array): void;
  observe(handles: Int32Array, ok: Uint8Array, rttMs: Float64Array, count: number): void;
  reward?(ok: boolean, rttMs: number): number | null;
  value?(handle: number): number;
  linkModel?(bound: number): unknown;
  adopt?(linkModel: unknown, bound: number): boolean;
  /** Plain JSON of all that was learnt. */
  snapshot(bound: number): unknown;
  restore(state: unknown, bound: number): void;
}

interface Snapshot {
  readonly policy: string;
  readonly order: readonly number[];
  readonly rng: RngState;
  readonly index: unknown;
}

/** Asks the M devices with the highest index. */
export class IndexPolicy implements Policy {
  readonly #name: string;
  readonly #index: DeviceIndex;
  readonly #handles = new Handles();
  readonly #top = new Top();
  #rng: Rng;
  #values = new Float64Array(16);

  readonly reward?: (ok: boolean, rttMs: number) => number | null;
  readonly value?: (handle: number) => number;
  readonly linkModel?: () => unknown;
  readonly adopt?: (linkModel: unknown) => boolean;

  constructor(name: string, index: DeviceIndex, context: PolicyContext) {
    this.#name = name;
    this.#index = index;
    this.#rng = context.rng;
    const { reward, value, linkModel, adopt } = index;
    // Absent where the index has none: a log then has no value rather than a wrong one.
    if (reward) this.reward = reward.bind(index);
    if (value) this.value = value.bind(index);
    if (linkModel) this.linkModel = () => linkModel.call(index, this.#handles.bound);
    if (adopt) this.adopt = (model) => adopt.call(index, model, this.#handles.bound);
  }

  join(group: number, facts: DeviceFacts = {}): number {
    const handle = this.#handles.take();
    this.#values = grown(this.#values, handle + 1);
    this.#index.join(handle, group, facts);
    return handle;
  }

  update(handle: number, facts: DeviceFacts): void {
    this.#index.update?.(handle, facts);
  }

  leave(handle: number): void {
    if (this.#handles.release(handle)) this.#index.leave?.(handle);
  }

  select(slot: number, m: number, out: Int32Array, meta?: SelectionMeta): number {
    const handles = this.#handles;
    const count = Math.min(m, handles.count);
    this.#index.write(slot, count, handles, this.#values);
    if (handles.count < handles.bound) this.#leaveOutFree();
    this.#top.take(this.#values, handles.bound, count, out, this.#rng);
    if (meta) {
      meta.epsilon = Number.NaN;
      for (let k = 0; k < count; k++) {
        meta.explore[k] = 0;
        meta.propensity[k] = Number.NaN;
      }
    }
    return count;
  }

  observe(handles: Int32Array, ok: Uint8Array, rttMs: Float64Array, count: number): void {
    this.#index.observe(handles, ok, rttMs, count);
  }

  snapshot(): Snapshot {
    return {
      policy: this.#name,
      order: Array.from(this.#handles.inOrder),
      rng: this.#rng.state(),
      index: this.#index.snapshot(this.#handles.bound),
    };
  }

  restore(snapshot: unknown): void {
    const saved = snapshot as Snapshot | null;
    if (saved?.policy !== this.#name) throw new PolicyStateError(this.#name, saved?.policy);
    this.#handles.restore(saved.order);
    this.#values = grown(this.#values, this.#handles.bound);
    this.#rng = restoreRng(saved.rng);
    this.#index.restore(saved.index, this.#handles.bound);
  }

  #leaveOutFree(): void {
    const handles = this.#handles;
    for (let handle = 0; handle < handles.bound; handle++) {
      if (!handles.has(handle)) this.#values[handle] = Number.NEGATIVE_INFINITY;
    }
  }
}
