import { type Rng, type RngState, restoreRng } from "@fogwot/core/base";
import { PolicyStateError } from "./errors";
import { grown } from "./grown";
import { Handles } from "./handles";
import { LinkModel } from "./links/link-model";
import { linkModelFromJson, linkModelToJson } from "./links/model-json";
import type { Policy, PolicyContext, SelectionMeta } from "./policy";
import { Bitmap } from "./top/bitmap";
import { Levels } from "./top/levels";
import { Rank } from "./top/rank";

/** Parameters every ε-greedy policy has; defaults are the paper's. */
export interface EpsilonGreedyParameters {
  readonly alpha: number;
  readonly epsilon: number;
  readonly psi: number;
  readonly epsilonMin: number;
  readonly q0: number;
  readonly fill: "rank" | "best";
  readonly deadAfterLosses: number | null;
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
  deadAfterLosses: {
    type: ["integer", "null"],
    minimum: 1,
    default: null,
    description:
      "Guard that the paper lacks: after this many losses in a row Q is that of a dead link, −t_timeout or 0 (40 leaves a healthy site as it is).",
  },
} as const;

/** From so many devices on it costs less to keep the values' levels than to find them per slot. */
const LEVELS_FROM = 10_000;

/** Memory of the link model that the next policy may start from; this one does not use it. */
const MODEL_DECAY = 0.99;

/** How an outcome is valued: null leaves Q as it is. */
export type Reward = (ok: boolean, rttMs: number) => number | null;

export interface EpsilonGreedyOptions {
  readonly name: string;
  readonly parameters: EpsilonGreedyParameters;
  readonly context: PolicyContext;
  readonly reward: Reward;
  /** Q that a link deserves on average, in the reward's own unit. */
  readonly ofLink: (pdr: number, rttMs: number) => number;
  /** Value of a link that loses everything, for the guard. */
  readonly worst: number;
}

interface Snapshot {
  readonly policy: string;
  readonly slotsSeen: number;
  readonly order: readonly number[];
  readonly q: readonly number[];
  readonly losses: readonly number[];
  readonly model: unknown;
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
  readonly #rank = new Rank();
  #rng: Rng;
  /** −Infinity for a handle nobody has: it ranks below every device. */
  #q = new Float64Array(16);
  #losses = new Int32Array(16);
  readonly #taken = new Bitmap();
  /** Best first, as many as this slot can come to. */
  #ranked = new Int32Array(16);
  #explores = new Uint8Array(16);
  #slotsSeen = 0;
  /** Kept below LEVELS_FROM devices, where it costs next to nothing. */
  readonly #model = new LinkModel(MODEL_DECAY);
  /** Of Q, kept from LEVELS_FROM devices on. */
  #levels: Levels | undefined;

  constructor(options: EpsilonGreedyOptions) {
    this.#options = options;
    this.#rng = options.context.rng;
  }

  join(_group: number): number {
    const handle = this.#handles.take();
    this.#reserve(handle + 1);
    this.#setQ(handle, this.#options.parameters.q0);
    this.#losses[handle] = 0;
    if (this.#keepsModel) this.#model.join(handle);
    return handle;
  }

  leave(handle: number): void {
    if (this.#handles.release(handle)) this.#setQ(handle, Number.NEGATIVE_INFINITY);
  }

  select(_slot: number, m: number, out: Int32Array, meta?: SelectionMeta): number {
    const devices = this.#handles.inOrder;
    const hasFree = devices.length < this.#handles.bound;
    const count = Math.min(m, devices.length);
    const epsilon = this.#epsilon();
    this.#slotsSeen++;
    const ranked = this.#rankFor(count, epsilon);
    const [explores, taken, ranking, rng] = [this.#explores, this.#taken, this.#ranked, this.#rng];
    let startsAtK = this.#options.parameters.fill === "rank";
    let place = 0;
    for (let k = 0; k < count; k++) {
      if (startsAtK && place < k) place = k;
      while (place < ranked && taken.has(ranking[place] as number)) place++;
      if (place === ranked) {
        // All from rank k on are taken, and will be for the picks to come: round to rank 0.
        startsAtK = false;
        place = 0;
        while (taken.has(ranking[place] as number)) place++;
      }
      const greedy = ranking[place] as number;
      let pick = greedy;
      if (explores[k] === 1) {
        // Without free handles, drawing a place is drawing a handle.
        do {
          const place = rng.int(devices.length);
          pick = hasFree ? (devices[place] as number) : place;
        } while (taken.has(pick));
      }
      out[k] = pick;
      taken.add(pick);
      if (meta) {
        meta.explore[k] = explores[k] as number;
        meta.propensity[k] = epsilon / (devices.length - k) + (pick === greedy ? 1 - epsilon : 0);
      }
    }
    for (let k = 0; k < count; k++) taken.clearAround(out[k] as number);
    if (meta) meta.epsilon = epsilon;
    return count;
  }

  observe(handles: Int32Array, ok: Uint8Array, rttMs: Float64Array, count: number): void {
    const { parameters, reward, worst } = this.#options;
    const { alpha, deadAfterLosses } = parameters;
    if (this.#keepsModel) this.#model.observe(handles, ok, rttMs, count);
    for (let i = 0; i < count; i++) {
      const handle = handles[i] as number;
      const isOk = ok[i] === 1;
      const value = reward(isOk, rttMs[i] as number);
      if (value !== null) {
        const q = this.#q[handle] as number;
        this.#setQ(handle, q + alpha * (value - q));
      }
      if (deadAfterLosses === null) continue;
      const losses = isOk ? 0 : (this.#losses[handle] as number) + 1;
      this.#losses[handle] = losses;
      if (losses >= deadAfterLosses) this.#setQ(handle, worst);
    }
  }

  reward(ok: boolean, rttMs: number): number | null {
    return this.#options.reward(ok, rttMs);
  }

  value(handle: number): number {
    return this.#q[handle] as number;
  }

  linkModel(): unknown {
    return this.#keepsModel ? linkModelToJson(this.#model, this.#handles.bound) : undefined;
  }

  /**
   * Q becomes what each link deserves by the model, and ε goes on from where it would be had this
   * policy run for the slots the model was learnt over. Who was never asked, or under P1 never
   * answered, keeps Q0.
   */
  adopt(linkModel: unknown): boolean {
    const { bound } = this.#handles;
    const model = this.#model;
    if (!this.#keepsModel || !linkModelFromJson(model, linkModel, bound)) return false;
    this.#slotsSeen = model.slot;
    for (const handle of this.#handles.inOrder) {
      const pdr = model.pdr(handle);
      // A link that never answered has no round-trip time; where delivery counts, none is needed.
      const rttMs = pdr === 0 ? 0 : model.rttMs(handle);
      const q = this.#options.ofLink(pdr, rttMs);
      if (Number.isFinite(q)) this.#setQ(handle, q);
    }
    return true;
  }

  snapshot(): Snapshot {
    const bound = this.#handles.bound;
    return {
      policy: this.#options.name,
      slotsSeen: this.#slotsSeen,
      order: Array.from(this.#handles.inOrder),
      q: Array.from(this.#q.subarray(0, bound)),
      losses: Array.from(this.#losses.subarray(0, bound)),
      model: this.linkModel() ?? null,
      rng: this.#rng.state(),
    };
  }

  restore(snapshot: unknown): void {
    const saved = snapshot as Snapshot | null;
    if (saved?.policy !== this.#options.name) {
      throw new PolicyStateError(this.#options.name, saved?.policy);
    }
    this.#handles.restore(saved.order);
    this.#reserve(saved.q.length);
    this.#losses.set(saved.losses);
    linkModelFromJson(this.#model, saved.model, saved.q.length);
    for (let handle = 0; handle < saved.q.length; handle++) {
      // JSON has no −Infinity: a free handle comes back as null.
      this.#q[handle] = saved.q[handle] ?? Number.NEGATIVE_INFINITY;
    }
    this.#levels = undefined;
    this.#slotsSeen = saved.slotsSeen;
    this.#rng = restoreRng(saved.rng);
  }

  get #keepsModel(): boolean {
    return this.#handles.bound < LEVELS_FROM;
  }

  #epsilon(): number {
    const { epsilon, psi, epsilonMin } = this.#options.parameters;
    return Math.max(epsilonMin, epsilon * psi ** this.#slotsSeen);
  }

  /**
   * Draws which picks explore, and ranks as far as the others can come: every exploration may take
   * a device from under a greedy pick and push it one rank further.
   *
   * Of many devices the best M are taken in no order: each pick explores with the same probability,
   * so that which of the best it gives up has nothing to do with their order. Only where a clash
   * pushes a pick to is then any of the best that were given up, not the next one by rank.
   * @returns ranks there are
   */
  #rankFor(count: number, epsilon: number): number {
    let explorations = 0;
    for (let k = 0; k < count; k++) {
      const isExploring = this.#rng.next() < epsilon ? 1 : 0;
      this.#explores[k] = isExploring;
      explorations += isExploring;
    }
    const { bound } = this.#handles;
    if (bound >= LEVELS_FROM) {
      this.#levels ??= new Levels();
      this.#levels.extend(this.#q, bound);
      if (this.#options.parameters.fill === "rank") {
        this.#rank.takeUnordered(this.#q, count, this.#ranked, this.#rng, this.#levels);
        return count;
      }
    }
    const places = Math.min(this.#handles.count, count + explorations);
    this.#rank.take(this.#q, bound, places, this.#ranked, this.#rng, this.#levels);
    return places;
  }

  #setQ(handle: number, q: number): void {
    // One that has just joined is counted when its level is first needed.
    if (this.#levels !== undefined && handle < this.#levels.length) {
      this.#levels.change(handle, this.#q[handle] as number, q);
    }
    this.#q[handle] = q;
  }

  #reserve(bound: number): void {
    this.#q = grown(this.#q, bound);
    this.#losses = grown(this.#losses, bound);
    this.#taken.reserve(bound);
    this.#ranked = grown(this.#ranked, bound);
    this.#explores = grown(this.#explores, bound);
  }
}
