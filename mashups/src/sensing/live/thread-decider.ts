import { loadPolicy } from "../../policies";
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
import { SlotLoop } from "../slot-loop";
import type { Decider, DeciderOptions, DeciderSource } from "./decider";

/**
 * Decides in the thread that does the I/O: for a policy that is trusted to come back from `select`, and
 * for time that is not real.
 */
export class ThreadDecider implements Decider {
  readonly source: DeciderSource;
  readonly #loop: SlotLoop;

  /** @throws PolicyNotFoundError, PolicyLoadError, ConfigError */
  constructor(source: DeciderSource, options: DeciderOptions) {
    this.source = source;
    const { policy, base } = source;
    const definition = typeof policy === "string" ? loadPolicy(policy, base) : policy;
    this.#loop = new SlotLoop({ ...options, definition });
  }

  get policy(): NamedPolicy {
    return this.#loop.policy;
  }

  join(device: SensedDevice): void {
    this.#loop.join(device);
  }

  leave(deviceId: string): void {
    this.#loop.leave(deviceId);
  }

  configure(changes: Partial<SlotSettings>): void {
    this.#loop.configure(changes);
  }

  async enter(devices: readonly SensedDevice[], shared?: SharedModel): Promise<boolean> {
    this.#loop.enter(devices, shared);
    return this.#loop.hasAdopted;
  }

  async begin(slot: number, time: SlotTime): Promise<readonly SlotRequest[]> {
    this.#loop.resumeAt(slot);
    return this.#loop.begin(time);
  }

  async end(outcomes: readonly SlotOutcome[]): Promise<SlotResult> {
    return this.#loop.end(outcomes);
  }

  async tune(parameters: Readonly<Record<string, unknown>>, timeoutMs?: number): Promise<void> {
    this.#loop.tune(parameters, timeoutMs);
  }

  async linkModel(): Promise<SharedModel | undefined> {
    return this.#loop.linkModel();
  }

  async close(): Promise<void> {
    // Nothing of its own runs.
  }
}
