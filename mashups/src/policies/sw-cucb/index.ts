import { IndexPolicy } from "../index-policy";
import { Cucb, type CucbParameters, type CucbState, cucbParameters } from "../links/cucb";
import type { PolicyDefinition } from "../policy";

interface Parameters extends CucbParameters {
  readonly window: number;
}

interface State extends CucbState {
  readonly window: readonly (readonly [handles: number[], rewards: number[]])[];
}

interface Slot {
  handles: Int32Array;
  rewards: Float32Array;
  count: number;
}

/** CUCB on the outcomes of the last slots only. */
class SlidingWindow extends Cucb {
  readonly #length: number;
  /** Ring of the slots in the window. */
  readonly #slots: Slot[] = [];

  constructor(parameters: Parameters, timeoutMs: number) {
    super(parameters, timeoutMs);
    this.#length = parameters.window;
  }

  override join(handle: number): void {
    super.join(handle);
    // What a former holder of the handle did is nothing of this one's.
    for (const slot of this.#slots) {
      for (let i = 0; i < slot.count; i++) if (slot.handles[i] === handle) slot.handles[i] = -1;
    }
  }

  override observe(handles: Int32Array, ok: Uint8Array, rttMs: Float64Array, count: number): void {
    const slot = this.#next(count);
    for (let i = 0; i < slot.count; i++) {
      const handle = slot.handles[i] as number;
      if (handle >= 0) this.means.remove(handle, slot.rewards[i] as number);
    }
    slot.count = 0;
    for (let i = 0; i < count; i++) {
      const reward = Math.fround(this.scaled(ok[i] === 1, rttMs[i] as number));
      if (Number.isNaN(reward)) continue;
      const handle = handles[i] as number;
      slot.handles[slot.count] = handle;
      slot.rewards[slot.count++] = reward;
      this.means.add(handle, reward);
    }
    this.slot++;
  }

  override snapshot(bound: number): State {
    const window = this.#slots.map(
      ({ handles, rewards, count }) =>
        [Array.from(handles.subarray(0, count)), Array.from(rewards.subarray(0, count))] as const,
    );
    return { ...super.snapshot(bound), window: window as State["window"] };
  }

  override restore(state: unknown, bound: number): void {
    super.restore(state, bound);
    const window = (state as State).window.map(([handles, rewards]) => ({
      handles: Int32Array.from(handles),
      rewards: Float32Array.from(rewards),
      count: handles.length,
    }));
    this.#slots.splice(0, this.#slots.length, ...window);
  }

  protected override logT(): number {
    return Math.log(Math.min(this.slot, this.#length) + 1);
  }

  /** The oldest slot's place, with room for `count`. */
  #next(count: number): Slot {
    const place = this.slot % this.#length;
    let slot = this.#slots[place];
    if (!slot) {
      slot = { handles: new Int32Array(count), rewards: new Float32Array(count), count: 0 };
      this.#slots[place] = slot;
    } else if (slot.handles.length < count) {
      const [handles, rewards] = [new Int32Array(count), new Float32Array(count)];
      handles.set(slot.handles);
      rewards.set(slot.rewards);
      slot.handles = handles;
      slot.rewards = rewards;
    }
    return slot;
  }
}

export const policy: PolicyDefinition<Parameters> = {
  name: "SW-CUCB",
  title: "Sliding-window CUCB",
  description: "Baseline for links that change: CUCB on the last slots only.",
  parameters: {
    type: "object",
    additionalProperties: false,
    properties: {
      ...cucbParameters(0.2),
      window: {
        type: "integer",
        minimum: 1,
        maximum: 100_000,
        default: 200,
        description: "Length τ of the window, slots.",
      },
    },
  },
  create: (parameters, context) =>
    new IndexPolicy("SW-CUCB", new SlidingWindow(parameters, context.timeoutMs), context),
};
