import {
  EPSILON_GREEDY_PARAMETERS,
  type Policy,
  type PolicyContext,
  type PolicyDefinition,
  type SelectionMeta,
} from "@fogwot/mashups";

/** The paper's algorithm with every reading of it that section 1.1 names as a switch. */
export interface Reading {
  readonly alpha: number;
  readonly q0: number;
  readonly epsilon: number;
  readonly psi: number;
  readonly epsilonMin: number;
  /** When ε is discounted. */
  readonly epsilonPer: "slot" | "request";
  readonly ties: "random" | "index";
  /** null: the outcome teaches nothing. */
  readonly reward: (ok: boolean, rttMs: number, timeoutMs: number) => number | null;
  /** Outcome of a device in the slot, for a reading that learns within it. */
  readonly outcome?: (slot: number, device: number) => number;
}

/** Rewards as pinned. */
export const REWARDS: Readonly<Record<string, Reading["reward"]>> = {
  P1: (ok, rttMs) => (ok ? -rttMs : null),
  P2: (ok) => (ok ? 1 : 0),
  P3: (ok, rttMs, timeoutMs) => (ok ? -rttMs : -timeoutMs),
};

export function pinnedReading(policy: string): Reading {
  const reward = REWARDS[policy] as Reading["reward"];
  return {
    alpha: 0.7,
    q0: 0,
    epsilon: 0.8,
    psi: 0.97,
    epsilonMin: 0.1,
    epsilonPer: "slot",
    ties: "random",
    reward,
  };
}

/** A reading as a policy that any shell can run. Only the sensitivity table uses it. */
export function literalPolicy(name: string, reading: Reading): PolicyDefinition {
  return {
    name,
    title: `${name}, another reading`,
    description: "A reading of the paper that is no option of the product.",
    parameters: {
      type: "object",
      additionalProperties: false,
      properties: { ...EPSILON_GREEDY_PARAMETERS },
    },
    create: (_parameters, context) => new LiteralPolicy(reading, context),
  };
}

class LiteralPolicy implements Policy {
  readonly #reading: Reading;
  readonly #context: PolicyContext;
  readonly #q: number[] = [];
  #draws = 0;

  constructor(reading: Reading, context: PolicyContext) {
    this.#reading = reading;
    this.#context = context;
  }

  join(): number {
    return this.#q.push(this.#reading.q0) - 1;
  }

  leave(handle: number): void {
    this.#q[handle] = Number.NEGATIVE_INFINITY;
  }

  select(slot: number, m: number, out: Int32Array, meta?: SelectionMeta): number {
    const { epsilonPer, outcome } = this.#reading;
    const taken = new Set<number>();
    let rank = this.#rank();
    let epsilon = this.#epsilon();
    if (epsilonPer === "slot") this.#draws++;
    for (let k = 0; k < m; k++) {
      if (epsilonPer === "request") {
        epsilon = this.#epsilon();
        this.#draws++;
      }
      const explores = this.#context.rng.next() < epsilon;
      const pick = explores ? this.#uniform(taken) : this.#greedy(rank, k, taken);
      taken.add(pick);
      out[k] = pick;
      if (meta) meta.explore[k] = explores ? 1 : 0;
      if (outcome) {
        this.#learn(pick, outcome(slot, pick));
        rank = this.#rank();
      }
    }
    if (meta) meta.epsilon = epsilon;
    return m;
  }

  observe(handles: Int32Array, ok: Uint8Array, rttMs: Float64Array, count: number): void {
    if (this.#reading.outcome) return;
    for (let i = 0; i < count; i++) {
      this.#learn(handles[i] as number, ok[i] === 1 ? (rttMs[i] as number) : Number.NaN);
    }
  }

  value(handle: number): number {
    return this.#q[handle] as number;
  }

  snapshot(): unknown {
    return { q: [...this.#q], draws: this.#draws };
  }

  restore(snapshot: unknown): void {
    const { q, draws } = snapshot as { q: number[]; draws: number };
    this.#q.splice(0, this.#q.length, ...q);
    this.#draws = draws;
  }

  #learn(handle: number, rttMs: number): void {
    const { timeoutMs } = this.#context;
    const ok = rttMs <= timeoutMs;
    const reward = this.#reading.reward(ok, rttMs, timeoutMs);
    const q = this.#q[handle] as number;
    if (reward !== null) this.#q[handle] = q + this.#reading.alpha * (reward - q);
  }

  #epsilon(): number {
    const { epsilon, psi, epsilonMin } = this.#reading;
    return Math.max(epsilonMin, epsilon * psi ** this.#draws);
  }

  #rank(): number[] {
    const tie = this.#q.map((_, handle) =>
      this.#reading.ties === "random" ? this.#context.rng.next() : handle,
    );
    return this.#q
      .map((_, handle) => handle)
      .sort(
        (a, b) =>
          (this.#q[b] as number) - (this.#q[a] as number) ||
          (tie[a] as number) - (tie[b] as number),
      );
  }

  /** First free device of rank[k], rank[k + 1], …, round to rank[0]. */
  #greedy(rank: readonly number[], k: number, taken: ReadonlySet<number>): number {
    for (let i = 0; i < rank.length; i++) {
      const handle = rank[(k + i) % rank.length] as number;
      if (!taken.has(handle)) return handle;
    }
    return rank[0] as number;
  }

  #uniform(taken: ReadonlySet<number>): number {
    const free = this.#q.map((_, handle) => handle).filter((handle) => !taken.has(handle));
    return free[this.#context.rng.int(free.length)] as number;
  }
}
