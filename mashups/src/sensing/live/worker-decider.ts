import type { Logger } from "@fogwot/core/base";
import { PolicyFaultError } from "../../policies";
import type {
  NamedPolicy,
  SensedDevice,
  SharedModel,
  SlotOutcome,
  SlotRequest,
  SlotResult,
  SlotSettings,
  SlotTime,
} from "../slot";
import { SlotPicks } from "../slot-picks";
import { type RowContext, rowOf } from "../slot-row";
import type { Decider, DeciderOptions, DeciderSource } from "./decider";
import type { BegunSlot, EndedSlot, PolicySource } from "./messages";
import { PolicyWorker } from "./policy-worker";
import { fromThreadFault } from "./thread-fault";
import { TimeBudget } from "./time-budget";

export interface WorkerDeciderOptions extends DeciderOptions, PolicySource {
  readonly log: Logger;
  readonly maxHeapMb: number;
}

/** What only happens beside sensing may take this long, ms. */
const LOAD_LIMIT_MS = 8_000;
/** What happens between two slots may take this long, ms. */
const BETWEEN_LIMIT_MS = 1_000;

interface OpenSlot {
  readonly context: RowContext;
  readonly begun: BegunSlot;
}

/** Decides in a thread of its own, where a policy may do what it likes. */
export class WorkerDecider implements Decider {
  readonly #worker: PolicyWorker;
  readonly #options: WorkerDeciderOptions;
  readonly #budget: TimeBudget;
  #policy: NamedPolicy;
  #settings: SlotSettings;
  #open: OpenSlot | undefined;

  private constructor(
    worker: PolicyWorker,
    options: WorkerDeciderOptions,
    { budgetMs, ...policy }: NamedPolicy & { readonly budgetMs: number },
  ) {
    this.#worker = worker;
    this.#options = options;
    this.#policy = policy;
    this.#budget = new TimeBudget(budgetMs);
    this.#settings = options;
  }

  /** @throws PolicyNotFoundError or PolicyLoadError as RemoteError, ConfigError, PolicyFaultError */
  static async open(options: WorkerDeciderOptions, signal: AbortSignal): Promise<WorkerDecider> {
    const { log, maxHeapMb, ...loading } = options;
    const worker = new PolicyWorker({ name: options.wanted, log, maxHeapMb });
    const close = () => void worker.close();
    signal.addEventListener("abort", close, { once: true });
    try {
      const { result } = await worker.ask(LOAD_LIMIT_MS, "load", loading);
      worker.name = result.name;
      return new WorkerDecider(worker, options, result);
    } catch (thrown) {
      await worker.close();
      throw thrown;
    } finally {
      signal.removeEventListener("abort", close);
    }
  }

  get source(): DeciderSource {
    const { wanted, base } = this.#options;
    return { policy: wanted, base };
  }

  get policy(): NamedPolicy {
    return this.#policy;
  }

  join(device: SensedDevice): void {
    this.#worker.tell("join", device);
  }

  leave(deviceId: string): void {
    this.#worker.tell("leave", deviceId);
  }

  configure(changes: Partial<SlotSettings>): void {
    this.#settings = { ...this.#settings, ...changes };
    this.#worker.tell("configure", changes);
  }

  async enter(devices: readonly SensedDevice[], shared?: SharedModel): Promise<boolean> {
    const limitMs = shared ? BETWEEN_LIMIT_MS : LOAD_LIMIT_MS;
    return (await this.#worker.ask(limitMs, "enter", devices, shared)).result;
  }

  async begin(slot: number, time: SlotTime): Promise<readonly SlotRequest[]> {
    const { run, seed } = this.#options;
    const { binding } = this.#settings;
    const { result, tookMs } = await this.#worker.ask(this.#budget.limitMs, "begin", slot);
    this.#budget.add(tookMs);
    const context = { run, policy: this.#policy.name, seed, slot: slot + 1, binding, ...time };
    this.#open = { context, begun: result };
    return result.devices.map((device, k) => ({ k, device }));
  }

  async end(outcomes: readonly SlotOutcome[]): Promise<SlotResult> {
    const open = this.#open as OpenSlot;
    this.#open = undefined;
    try {
      const ok = Uint8Array.from(outcomes, (outcome) => (outcome.ok ? 1 : 0));
      const rttMs = Float64Array.from(outcomes, (outcome) => outcome.rttMs ?? Number.NaN);
      const { result, tookMs } = await this.#worker.ask(this.#budget.limitMs, "end", ok, rttMs);
      this.#budget.add(tookMs);
      const fault = result.fault && fromThreadFault(result.fault, this.#policy.name);
      return { rows: rowsOf(open, outcomes, result), fault: fault && this.#asFault(fault) };
    } catch (thrown) {
      // What was measured counts, though its policy has learnt nothing from it.
      return { rows: rowsOf(open, outcomes), fault: this.#asFault(thrown) };
    }
  }

  async tune(parameters: Readonly<Record<string, unknown>>, timeoutMs?: number): Promise<void> {
    const { result } = await this.#worker.ask(BETWEEN_LIMIT_MS, "tune", parameters, timeoutMs);
    this.#policy = { ...this.#policy, parameters: result };
  }

  async linkModel(): Promise<SharedModel | undefined> {
    return (await this.#worker.ask(BETWEEN_LIMIT_MS, "linkModel")).result;
  }

  close(): Promise<void> {
    return this.#worker.close();
  }

  #asFault(thrown: unknown): PolicyFaultError {
    if (thrown instanceof PolicyFaultError) return thrown;
    return new PolicyFaultError(this.#policy.name, String(thrown), { cause: thrown });
  }
}

function rowsOf(open: OpenSlot, outcomes: readonly SlotOutcome[], ended?: EndedSlot) {
  const { context, begun } = open;
  const { explore, propensity, epsilon } = begun;
  const picks = new SlotPicks();
  picks.reserve(outcomes.length);
  picks.count = outcomes.length;
  picks.meta = { explore, propensity, epsilon };
  picks.reward.fill(Number.NaN);
  picks.value.fill(Number.NaN);
  if (ended) {
    picks.reward.set(ended.reward);
    picks.value.set(ended.value);
  }
  return outcomes.map((outcome, k) =>
    rowOf(context, picks, k, begun.devices[k] as SensedDevice, outcome),
  );
}
