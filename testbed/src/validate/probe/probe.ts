import { type RunningServient, startServient, systemClock } from "@fogwot/core";
import type { ProtocolClient } from "@node-wot/core";
import { originOf, schemeOf } from "./address";
import { type Attempt, attemptOperation } from "./attempt";
import { judge } from "./content";
import { LISTENING, listen } from "./listen";
import { notTried, type ProbeOutcome, type Verdict } from "./outcome";
import { isPassing, verdictOf } from "./refusal";
import { securityOf } from "./security";
import { type Target, targetsOf } from "./targets";

export interface ProbeOptions {
  /** Longest wait of one request. */
  readonly timeoutMs: number;
  /** Invoke actions, also such as claim to be safe. */
  readonly actions: boolean;
  /** Write back values that were read. */
  readonly writes: boolean;
  /** How long a subscription waits for a first notification. */
  readonly listenMs: number;
  /** As a protocol client takes them: `{username, password}` or `{token}`. */
  readonly credentials?: unknown;
  readonly signal: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Attempts where the Thing says that its device did not answer: a radio loses packets. */
const ATTEMPTS_BY_RADIO = 5;
/** Attempts where the Thing itself does not answer. */
const ATTEMPTS = 2;
/** Requests in a row without an answer, after which an address is not asked again. */
const PATIENCE = 3;

/**
 * Tries every operation of every form of a live Thing, each by its own form, and tells what came of it.
 * Addresses are asked side by side, the forms of one address one after the other.
 */
export async function probe(td: object, options: ProbeOptions): Promise<ProbeOutcome[]> {
  const client = await startServient({
    name: "fogwot-probe",
    requestTimeoutMs: options.timeoutMs,
  });
  try {
    return await new Probe(td, client, options).run();
  } finally {
    await client.stop();
  }
}

/** How an operation fared, and the one that ends it where both were tried at one go. */
interface Tried {
  readonly begun: Verdict;
  readonly ended?: Verdict;
}

class Probe {
  readonly #td: object;
  readonly #client: RunningServient;
  readonly #options: ProbeOptions;
  readonly #targets: readonly Target[];
  readonly #outcomes = new Map<Target, ProbeOutcome>();
  readonly #values = new Map<string, Promise<unknown>>();
  /** Origin → requests in a row that nobody answered. */
  readonly #silence = new Map<string, number>();

  constructor(td: object, client: RunningServient, options: ProbeOptions) {
    this.#td = td;
    this.#client = client;
    this.#options = options;
    this.#targets = targetsOf(td);
  }

  async run(): Promise<ProbeOutcome[]> {
    const lanes = new Map<string, Target[]>();
    for (const target of this.#targets) {
      const origin = originOf(target.href);
      lanes.set(origin, [...(lanes.get(origin) ?? []), target]);
    }
    await Promise.all([...lanes.values()].map((lane) => this.#runLane(lane)));
    return this.#targets.flatMap((target) => this.#outcomes.get(target) ?? []);
  }

  async #runLane(lane: readonly Target[]): Promise<void> {
    for (const target of lane) {
      if (this.#outcomes.has(target)) continue;
      if (this.#options.signal.aborted) return;
      const beginMs = systemClock.monotonicMs();
      const tried = await this.#tryTarget(target);
      const durationMs = systemClock.monotonicMs() - beginMs;
      this.#note(target, tried.begun, durationMs);
      const end = lane.find(
        ({ listed, op }) => listed === target.listed && op === LISTENING[target.op],
      );
      if (end) this.#note(end, tried.ended ?? tried.begun, durationMs);
    }
  }

  #note(target: Target, verdict: Verdict, durationMs: number): void {
    const { listed, op, href } = target;
    const { isSecured } = securityOf(listed.form, this.#td);
    this.#outcomes.set(target, {
      path: listed.path,
      op,
      href,
      scheme: schemeOf(href),
      ...verdict,
      durationMs: verdict.result === "not tried" ? null : durationMs,
      isSecured,
    });
    this.#options.onProgress?.(this.#outcomes.size, this.#targets.length);
  }

  async #tryTarget(target: Target): Promise<Tried> {
    const { op, href, problem } = target;
    if (problem !== undefined) return { begun: notTried(problem) };
    if (Object.values(LISTENING).includes(op)) {
      return { begun: notTried("this form offers no beginning to be ended") };
    }
    const scheme = schemeOf(href);
    if (!this.#client.servient.hasClientFor(scheme)) {
      return { begun: notTried(`there is no client for ${scheme}`) };
    }
    const origin = originOf(href);
    if ((this.#silence.get(origin) ?? 0) >= PATIENCE) {
      return { begun: notTried(`${origin} left ${PATIENCE} requests unanswered`) };
    }
    const tried = await this.#withClient(target, (attempt) => this.#repeat(attempt));
    const isSilent = tried.begun.result === "no answer" || tried.begun.result === "unreachable";
    this.#silence.set(origin, isSilent ? (this.#silence.get(origin) ?? 0) + 1 : 0);
    return tried;
  }

  /** Actions and writes too: whoever wants them tried has them done once a form anyway. */
  async #repeat(attempt: Attempt): Promise<Tried> {
    for (let count = 1; ; count += 1) {
      const tried = await attemptOnce(attempt);
      const most = tried.begun.result === "no answer" ? ATTEMPTS : ATTEMPTS_BY_RADIO;
      if (!isPassing(tried.begun) || count >= most || this.#options.signal.aborted) return tried;
    }
  }

  async #withClient<T>(target: Target, use: (attempt: Attempt) => Promise<T>): Promise<T> {
    const client = this.#client.servient.getClientFor(schemeOf(target.href));
    try {
      return await use(this.#attemptWith(client, target));
    } finally {
      await client.stop();
    }
  }

  #attemptWith(client: ProtocolClient, { listed, op, href }: Target): Attempt {
    const { actions, writes, listenMs, credentials } = this.#options;
    const { schemes } = securityOf(listed.form, this.#td);
    client.setSecurity(schemes as never, credentials);
    const { properties } = this.#td as { properties?: Attempt["properties"] };
    return {
      listed,
      op,
      form: { ...listed.form, href },
      client,
      properties: properties ?? {},
      isWriting: writes,
      isInvoking: actions,
      listenMs,
      currentValue: (name) => this.#currentValue(name),
    };
  }

  /** Read once, by the first form that gives a value. */
  #currentValue(name: string): Promise<unknown> {
    const known = this.#values.get(name) ?? this.#readValue(name);
    this.#values.set(name, known);
    return known;
  }

  async #readValue(name: string): Promise<unknown> {
    for (const target of this.#targets) {
      const { of } = target.listed;
      if (of?.kind !== "properties" || of.name !== name || target.op !== "readproperty") continue;
      if (target.problem !== undefined) continue;
      if (!this.#client.servient.hasClientFor(schemeOf(target.href))) continue;
      const value = await this.#withClient(target, async ({ client, form }) => {
        const content = await client.readResource(form as never);
        const judged = await judge(content, { form, schema: of.affordance, mayBeEmpty: false });
        return judged.result === "works" ? judged.value : undefined;
      }).catch(() => undefined); // That reading fails is told where reading is tried.
      if (value !== undefined) return value;
    }
    return undefined;
  }
}

async function attemptOnce(attempt: Attempt): Promise<Tried> {
  try {
    if (LISTENING[attempt.op] !== undefined) return await listen(attempt);
    return { begun: await attemptOperation(attempt) };
  } catch (error) {
    return { begun: verdictOf(error) };
  }
}
