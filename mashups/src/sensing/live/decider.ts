import type { PolicyDefinition } from "../../policies";
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

/**
 * A slot loop with its policy, wherever it runs. What is asked of it may fail at any time: it rejects
 * with PolicyFaultError then, and another takes its place.
 */
export interface Decider {
  readonly policy: NamedPolicy;
  /** To make another one of the same kind from. */
  readonly source: DeciderSource;
  /** From the next slot on, all three. */
  join(device: SensedDevice): void;
  leave(deviceId: string): void;
  configure(changes: Partial<SlotSettings>): void;
  /**
   * Before its first slot: who is sensed, and what to start from.
   * @returns whether the policy took the model
   */
  enter(devices: readonly SensedDevice[], shared?: SharedModel): Promise<boolean>;
  /** @param slot the last one that was begun, under whatever policy */
  begin(slot: number, time: SlotTime): Promise<readonly SlotRequest[]>;
  /** Never rejects: whatever the policy does, the rows are there. */
  end(outcomes: readonly SlotOutcome[]): Promise<SlotResult>;
  /** What is not named stays. @throws ConfigError, PolicyStateError */
  tune(parameters: Readonly<Record<string, unknown>>, timeoutMs?: number): Promise<void>;
  linkModel(): Promise<SharedModel | undefined>;
  close(): Promise<void>;
}

export interface DeciderSource {
  /** Name, path, npm package or definition. */
  readonly policy: string | PolicyDefinition;
  /** Folder that a relative path and a package's name start from. */
  readonly base: string;
}

/** The run that a policy is for. */
export interface DeciderOptions extends SlotSettings {
  readonly run: string;
  readonly seed: number;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** How many policies the run had before. */
  readonly policiesBefore: number;
}
