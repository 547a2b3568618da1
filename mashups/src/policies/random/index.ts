import { type Rng, type RngState, restoreRng } from "@fogwot/core/base";
import { PolicyStateError } from "../errors";
import { grown } from "../grown";
import { Handles } from "../handles";
import type { Policy, PolicyContext, PolicyDefinition, SelectionMeta } from "../policy";
import { shuffleFirst } from "../top/top";

interface Snapshot {
  readonly policy: "RANDOM";
  readonly order: readonly number[];
  readonly pool: readonly number[];
  readonly rng: RngState;
}

/** Every set of M devices is equally likely in every slot. */
class Random implements Policy {
  readonly #handles = new Handles();
  #rng: Rng;
  /** The devices, in whatever order earlier slots left them; empty when membership changed. */
  #pool = new Int32Array(0);
  #pooled = 0;

  constructor(context: PolicyContext) {
    this.#rng = context.rng;
  }

  join(_group: number): number {
    this.#pooled = 0;
    return this.#handles.take();
  }

  leave(handle: number): void {
    this.#pooled = 0;
    this.#handles.release(handle);
  }

  select(_slot: number, m: number, out: Int32Array, meta?: SelectionMeta): number {
    const devices = this.#handles.count;
    const count = Math.min(m, devices);
    if (this.#pooled === 0) this.#fill();
    shuffleFirst(this.#pool, devices, count, this.#rng);
    for (let k = 0; k < count; k++) {
      out[k] = this.#pool[k] as number;
      if (meta) {
        meta.explore[k] = 1;
        meta.propensity[k] = 1 / (devices - k);
      }
    }
    if (meta) meta.epsilon = 1;
    return count;
  }

  observe(): void {
    // Chance learns nothing.
  }

  snapshot(): Snapshot {
    return {
      policy: "RANDOM",
      order: Array.from(this.#handles.inOrder),
      pool: Array.from(this.#pool.subarray(0, this.#pooled)),
      rng: this.#rng.state(),
    };
  }

  restore(snapshot: unknown): void {
    const saved = snapshot as Snapshot | null;
    if (saved?.policy !== "RANDOM") throw new PolicyStateError("RANDOM", saved?.policy);
    this.#handles.restore(saved.order);
    this.#rng = restoreRng(saved.rng);
    this.#pool = Int32Array.from(saved.pool);
    this.#pooled = saved.pool.length;
  }

  #fill(): void {
    this.#pool = grown(this.#pool, this.#handles.count);
    this.#pool.set(this.#handles.inOrder);
    this.#pooled = this.#handles.count;
  }
}

export const policy: PolicyDefinition = {
  name: "RANDOM",
  title: "Random",
  description: "M devices at random in every slot: the baseline that learns nothing.",
  parameters: { type: "object", additionalProperties: false, properties: {} },
  create: (_parameters, context) => new Random(context),
};
