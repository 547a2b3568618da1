import type { PolicyReport, Replaced } from "../sensing-options";
import type {
  Carry,
  SensedDevice,
  SlotOutcome,
  SlotRequest,
  SlotResult,
  SlotSettings,
  SlotTime,
} from "../slot";
import type { Decider, DeciderOptions, DeciderSource } from "./decider";
import { ThreadDecider } from "./thread-decider";
import { Turns } from "./turns";

export interface PolicyKeeperOptions {
  readonly run: string;
  readonly seed: number;
  readonly settings: SlotSettings;
  /** Told when a policy has failed and another decides in its place. */
  readonly onRollback: (report: Replaced, error: unknown) => void;
}

/** Makes a decider for a policy that somebody wants, until the signal says that nobody does. */
export type OpenDecider = (options: DeciderOptions, signal: AbortSignal) => Promise<Decider>;

/** What replaces a policy, and how. */
export interface Replacement {
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly carry: Carry;
  /** Change with it. */
  readonly settings: Partial<SlotSettings>;
}

/** What decides when nothing else does: round robin, which learns nothing and cannot fail. */
const FALLBACK: DeciderSource = { policy: "P0", base: __dirname };

/**
 * Keeps a policy in force: replaces it between two slots, and when it fails puts the last good one back
 * in its place, in the same slot. The last good one waits in its own thread as it was when it was
 * replaced: its file may have been changed since.
 */
export class PolicyKeeper {
  readonly #options: PolicyKeeperOptions;
  readonly #devices = new Map<string, SensedDevice>();
  /** Of slots, and of what happens between two of them. */
  readonly #turns = new Turns();
  readonly #replacements = new Turns();
  readonly #closing = new AbortController();
  #settings: SlotSettings;
  #current: Decider | undefined;
  /** Replaced by another after it had done well. */
  #lastGood: Decider | undefined;
  /** Whether the policy in force has ended a slot as it should. */
  #isGood = false;
  #isFallback = false;
  #policies = 0;
  #slot = 0;
  #endTurn: () => void = () => undefined;

  constructor(options: PolicyKeeperOptions) {
    this.#options = options;
    this.#settings = options.settings;
  }

  /** Slots begun so far. */
  get slot(): number {
    return this.#slot;
  }

  /** As of the next slot. */
  get settings(): SlotSettings {
    return this.#settings;
  }

  /** undefined: none is loaded yet. */
  get current(): Pick<Decider, "policy" | "source"> | undefined {
    return this.#current;
  }

  get devices(): readonly SensedDevice[] {
    return [...this.#devices.values()];
  }

  join(device: SensedDevice): void {
    if (this.#devices.has(device.id)) return;
    this.#devices.set(device.id, device);
    for (const decider of this.#kept) decider.join(device);
  }

  leave(deviceId: string): void {
    if (!this.#devices.delete(deviceId)) return;
    for (const decider of this.#kept) decider.leave(deviceId);
  }

  configure(changes: Partial<SlotSettings>): void {
    this.#settings = { ...this.#settings, ...changes };
    for (const decider of this.#kept) decider.configure(changes);
  }

  /**
   * Another policy from the next slot on; resolves when it is in force. The one before decides until
   * then, whatever the new one does while it loads.
   * @throws what `open` throws, PolicyFaultError; the policy before stays
   */
  replace(open: OpenDecider, replacement: Replacement): Promise<PolicyReport> {
    return this.#replacements.during(async () => {
      const { parameters, carry, settings } = replacement;
      const decided = { ...this.#decided(settings), parameters };
      const next = await open(decided, this.#closing.signal);
      try {
        // Without a model in its own time; what happens to devices meanwhile is made good below.
        const early = carry === "none" ? this.devices : undefined;
        if (early) await next.enter(early);
        return await this.#turns.during(() => this.#putInForce(next, replacement, early));
      } catch (thrown) {
        await next.close();
        throw thrown;
      }
    });
  }

  /** Parameters or t_timeout of the policy in force, which keeps what it learnt. @throws ConfigError */
  tune(
    parameters: Readonly<Record<string, unknown>>,
    timeoutMs: number | undefined,
  ): Promise<PolicyReport> {
    return this.#turns.during(async () => {
      const current = this.#current as Decider;
      await current.tune(parameters, timeoutMs);
      if (timeoutMs !== undefined) this.configure({ timeoutMs });
      return { ...this.#report(current), carry: "state", carried: true };
    });
  }

  /** The slot's requests, under the policy in force or the one that has to take its place. */
  async begin(time: SlotTime): Promise<readonly SlotRequest[]> {
    this.#endTurn = await this.#turns.take();
    for (;;) {
      try {
        const requests = await (this.#current as Decider).begin(this.#slot, time);
        this.#slot++;
        return requests;
      } catch (thrown) {
        if (this.#isFallback) this.#endTurn();
        if (this.#isFallback) throw thrown;
        await this.#rollBack(thrown);
      }
    }
  }

  async end(outcomes: readonly SlotOutcome[]): Promise<SlotResult> {
    try {
      const result = await (this.#current as Decider).end(outcomes);
      if (result.fault) await this.#rollBack(result.fault);
      else this.#isGood = true;
      return result;
    } finally {
      this.#endTurn();
    }
  }

  /** What is wanted cannot be had: the fallback decides. */
  startWithFallback(error: unknown): Promise<void> {
    return this.#turns.during(() => this.#rollBack(error));
  }

  /** Ends every thread. Idempotent. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#kept.map((decider) => decider.close()));
  }

  get #kept(): Decider[] {
    return [this.#current, this.#lastGood].filter((decider) => decider !== undefined);
  }

  async #putInForce(
    next: Decider,
    { carry, settings }: Replacement,
    early: readonly SensedDevice[] | undefined,
  ): Promise<PolicyReport> {
    const before = this.#current;
    const wasGood = this.#isGood;
    const shared = carry === "model" ? await before?.linkModel() : undefined;
    const carried = early ? false : await next.enter(this.devices, shared);
    if (early) this.#makeGood(next, early);
    this.configure(settings);
    next.configure(this.#settings);
    this.#take(next);
    if (wasGood) {
      await this.#lastGood?.close();
      this.#lastGood = before;
    } else await before?.close();
    this.#policies++;
    return { ...this.#report(next, before), carry, carried };
  }

  #makeGood(next: Decider, known: readonly SensedDevice[]): void {
    for (const { id } of known) if (!this.#devices.has(id)) next.leave(id);
    for (const device of this.#devices.values()) next.join(device);
  }

  #report({ policy }: Decider, before?: Decider): Replaced {
    const previous = (before?.policy ?? policy).name;
    const { name, parameters } = policy;
    return { fromSlot: this.#slot + 1, policy: name, previous, parameters };
  }

  /** Sensing must not end because a policy is wrong. */
  async #rollBack(error: unknown): Promise<void> {
    const failed = this.#current;
    const lastGood = this.#lastGood;
    this.#lastGood = undefined;
    const next = lastGood ?? new ThreadDecider(FALLBACK, { ...this.#decided(), parameters: {} });
    if (!lastGood) {
      await next.enter(this.devices);
      this.#policies++;
    }
    this.#take(next);
    this.#isFallback = !lastGood;
    this.#options.onRollback(this.#report(next, failed), error);
    await failed?.close();
  }

  #take(next: Decider): void {
    this.#current = next;
    this.#isGood = false;
    this.#isFallback = false;
  }

  /** What the next policy decides with. */
  #decided(settings: Partial<SlotSettings> = {}) {
    const { run, seed } = this.#options;
    return { run, seed, ...this.#settings, ...settings, policiesBefore: this.#policies };
  }
}
