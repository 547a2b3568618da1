import { PolicyStateError } from "../errors";
import { Handles } from "../handles";
import type { Policy, PolicyDefinition, SelectionMeta } from "../policy";

interface Snapshot {
  readonly policy: "P0";
  readonly order: readonly number[];
  readonly next: number;
}

/** Static energy-aware: pure round robin in order of joining, so that all discharge alike. */
class RoundRobin implements Policy {
  readonly #handles = new Handles();
  /** Place of the device that is next. */
  #next = 0;

  join(_group: number): number {
    return this.#handles.take();
  }

  leave(handle: number): void {
    const place = this.#handles.release(handle);
    // The pointer stays on the device that was next, whoever left before it.
    if (place >= 0 && place < this.#next) this.#next--;
  }

  select(_slot: number, m: number, out: Int32Array, meta?: SelectionMeta): number {
    const devices = this.#handles.inOrder;
    const count = Math.min(m, devices.length);
    for (let k = 0; k < count; k++) {
      out[k] = devices[(this.#next + k) % devices.length] as number;
      if (meta) {
        meta.explore[k] = 0;
        meta.propensity[k] = Number.NaN;
      }
    }
    if (devices.length > 0) this.#next = (this.#next + count) % devices.length;
    if (meta) meta.epsilon = Number.NaN;
    return count;
  }

  observe(): void {
    // Round robin learns nothing.
  }

  snapshot(): Snapshot {
    return { policy: "P0", order: [...this.#handles.inOrder], next: this.#next };
  }

  restore(snapshot: unknown): void {
    const saved = snapshot as Snapshot;
    if (saved?.policy !== "P0") throw new PolicyStateError("P0", saved?.policy);
    this.#handles.restore(saved.order);
    this.#next = saved.next;
  }
}

export const policy: PolicyDefinition = {
  name: "P0",
  title: "Static energy-aware",
  description: "Round robin over all devices in order of joining: every device is asked as often.",
  parameters: { type: "object", additionalProperties: false, properties: {} },
  create: () => new RoundRobin(),
};
