import { type Rng, type RngState, restoreRng } from "@fogwot/core/base";
import { PolicyStateError } from "./errors";
import { Handles } from "./handles";
import type { Policy, PolicyContext, SelectionMeta } from "./policy";
import { Ranking } from "./ranking";

/** Parameters every ε-greedy policy has; defaults are the paper's. */
export interface EpsilonGreedyParameters {
  readonly alpha: number;
  readonly epsilon: number;
  readonly psi: number;
  readonly epsilonMin: number;
  readonly q0: number;
  readonly fill: "rank" | "best";
}

const probability = { type: "number", minimum: 0, maximum: 1 } as const;

/** Members of a parameter schema: P1, P2 and P3 add their own. */
export const EPSILON_GREEDY_PARAMETERS = {
  alpha: { ...probability, default: 0.7, description: "Learning rate α of eq. (2)." },
  epsilon: { ...probability, default: 0.8, description: "ε of the first slot." },
  psi: { ...probability, default: 0.97, description: "Discount ψ of ε per slot." },
  epsilonMin: { ...probability, default: 0.1, description: "Floor of ε." },
  q0: { type: "number", default: 0, description: "Value of a device never asked." },
  fill: {
    enum: ["rank", "best"],
    default: "rank",
    description:
      "What greedy pick k takes when exploration took its device: the next below rank k, or the best free one.",
  },
} as const;

/** How an outcome is valued: null leaves Q as it is. */
export type Reward = (ok: boolean, rttMs: number) => number | null;

export interface EpsilonGreedyOptions {
  readonly name: string;
  readonly parameters: EpsilonGreedyParameters;
  readonly context: PolicyContext;
  readonly reward: Reward;
  /** After this many losses in a row Q becomes −t_timeout; null: never (the paper). */
  readonly deadAfterLosses?: number | null;
}

interface Snapshot {
  readonly policy: string;
  readonly slotsSeen: number;
  readonly order: readonly number[];
  readonly q: readonly number[];
  readonly losses: readonly number[];
  readonly rng: RngState;
}

/**
 * The paper's learner (section 4): stateless Q-learning with ε-greedy choice of M devices, a
 * literal k-th rank, and one batch update after the slot.
 *
 * ε_n = max(ε_min, ε·ψ^(n−1)) for the n-th slot this instance selects; Q += α (R − Q).
 */
export class EpsilonGreedy implements Policy {
  readonly #options: EpsilonGreedyOptions;
  readonly #handles = new Handles();
  readonly #ranking = new Ranking();
  #rng: Rng;
  #q = new Float64Array(16);
  #losses = new Int32Array(16);
  #taken = new Uint8Array(16);
  #slotsSeen = 0;

  constructor(options: EpsilonGreedyOptions) {
    this.#options = options;
    this.#rng = options.context.rng;
  }

  join(_group: number): number {
    const handle = this.#handles.take();
    if (handle >= this.#q.length) this.#grow();
    this.#q[handle] = this.#options.parameters.q0;
    this.#losses[handle] = 0;
    return handle;
  }

  leave(handle: number): void {
    this.#handles.release(handle);
  }

  select(_slot: number, m: number, out: Int32Array, meta?: SelectionMeta): number {
    const handles = this.#handles.inOrder;
    const count = Math.min(m, handles.length);
    const epsilon = this.#epsilon();
    this.#slotsSeen++;
    const rank = this.#ranking.rank(handles, this.#q, 2 * count, this.#rng);
    const fillBest = this.#options.parameters.fill === "best";
    for (let k = 0; k < count; k++) {
      const greedy = this.#firstFree(rank, fillBest ? 0 : k);
      const explores = this.#rng.next() < epsilon;
      const pick = explores ? this.#uniformFree(handles, count, k) : greedy;
      out[k] = pick;
      this.#taken[pick] = 1;
      if (meta) {
        meta.explore[k] = explores ? 1 : 0;
        meta.propensity[k] = epsilon / (handles.length - k) + (pick === greedy ? 1 - epsilon : 0);
      }
    }
    for (let k = 0; k < count; k++) this.#taken[out[k] as number] = 0;
    if (meta) meta.epsilon = epsilon;
    return count;
  }

  observe(handles: Int32Array, ok: Uint8Array, rttMs: Float64Array, count: number): void {
    const { parameters, deadAfterLosses, context, reward } = this.#options;
    for (let i = 0; i < count; i++) {
      const handle = handles[i] as number;
      const isOk = ok[i] === 1;
      const value = reward(isOk, rttMs[i] as number);
      if (value !== null) {
        const q = this.#q[handle] as number;
        this.#q[handle] = q + parameters.alpha * (value - q);
      }
      const losses = isOk ? 0 : (this.#losses[handle] as number) + 1;
      this.#losses[handle] = losses;
      if (deadAfterLosses && losses >= deadAfterLosses) this.#q[handle] = -context.timeoutMs;
    }
  }

  reward(ok: boolean, rttMs: number): number | null {
    return this.#options.reward(ok, rttMs);
  }

  value(handle: number): number {
    return this.#q[handle] as number;
  }

  snapshot(): Snapshot {
    const bound = this.#handles.bound;
    return {
      policy: this.#options.name,
      slotsSeen: this.#slotsSeen,
      order: [...this.#handles.inOrder],
      q: [...this.#q.subarray(0, bound)],
      losses: [...this.#losses.subarray(0, bound)],
      rng: this.#rng.state(),
    };
  }

  restore(snapshot: unknown): void {
    const saved = snapshot as Snapshot;
    if (saved?.policy !== this.#options.name) {
      throw new PolicyStateError(this.#options.name, saved?.policy);
    }
    this.#handles.restore(saved.order);
    while (this.#q.length < saved.q.length) this.#grow();
    this.#q.set(saved.q);
    this.#losses.set(saved.losses);
    this.#slotsSeen = saved.slotsSeen;
    this.#rng = restoreRng(saved.rng);
  }

  #epsilon(): number {
    const { epsilon, psi, epsilonMin } = this.#options.parameters;
    return Math.max(epsilonMin, epsilon * psi ** this.#slotsSeen);
  }

  /** First free device of rank[from], rank[from + 1], …, round to rank[0]. */
  #firstFree(rank: Int32Array, from: number): number {
    for (let i = 0; i < rank.length; i++) {
      const handle = rank[(from + i) % rank.length] as number;
      if (this.#taken[handle] === 0) return handle;
    }
    return rank[0] as number;
  }

  /** Uniform over the devices not yet taken. */
  #uniformFree(handles: readonly number[], m: number, taken: number): number {
    if (m * 2 <= handles.length) {
      // Most are free: drawing again costs less than two tries on average.
      for (;;) {
        const handle = handles[this.#rng.int(handles.length)] as number;
        if (this.#taken[handle] === 0) return handle;
      }
    }
    let skip = this.#rng.int(handles.length - taken);
    for (const handle of handles) {
      if (this.#taken[handle] === 0 && skip-- === 0) return handle;
    }
    return handles[0] as number;
  }

  #grow(): void {
    const bound = this.#q.length * 2;
    const [q, losses] = [this.#q, this.#losses];
    this.#q = new Float64Array(bound);
    this.#q.set(q);
    this.#losses = new Int32Array(bound);
    this.#losses.set(losses);
    this.#taken = new Uint8Array(bound);
  }
}
