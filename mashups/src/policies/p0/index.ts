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
  /** Its cursor is on the device that is next, and stays there whoever leaves before it. */
  readonly #handles = new Handles();

  join(_group: number): number {
    return this.#handles.take();
  }

  leave(handle: number): void {
    this.#handles.release(handle);
  }

  select(_slot: number, m: number, out: Int32Array, meta?: SelectionMeta): number {
    const devices = this.#handles.inOrder;
    const count = Math.min(m, devices.length);
    // The last device may have left, and the cursor be past the end.
    let next = this.#handles.cursor;
    for (let k = 0; k < count; k++) {
      if (next >= devices.length) next = 0;
      out[k] = devices[next++] as number;
      if (meta) {
        meta.explore[k] = 0;
        meta.propensity[k] = Number.NaN;
      }
    }
    this.#handles.cursor = next < devices.length ? next : 0;
    if (meta) meta.epsilon = Number.NaN;
    return count;
  }

  observe(): void {
    // Round robin learns nothing.
  }

  snapshot(): Snapshot {
    const order = Array.from(this.#handles.inOrder);
    return { policy: "P0", order, next: this.#handles.cursor };
  }

  restore(snapshot: unknown): void {
    const saved = snapshot as Snapshot;
    if (saved?.policy !== "P0") throw new PolicyStateError("P0", saved?.policy);
    this.#handles.restore(saved.order, saved.next);
  }
}

export const policy: PolicyDefinition = {
  name: "P0",
  title: "Static energy-aware",
  description: "Round robin over all devices in order of joining: every device is asked as often.",
  parameters: { type: "object", additionalProperties: false, properties: {} },
  create: () => new RoundRobin(),
};
