import type { RecordValue } from "../manifest";
import type { InstallEvent, Probation } from "../runtime";
import type { ChainOutlet, ChainProcessor } from "./chain-processor";
import type { Peers } from "./move";

/** Of `@fogwot/core`: only what is needed of it. */
export interface TierClock {
  /** ms since 1970. */
  now(): number;
  monotonicMs(): number;
  /** @returns cancels it */
  schedule(delayMs: number, work: () => void): () => void;
}

export interface TierLog {
  debug(facts: object, text: string): void;
  info(facts: object, text: string): void;
  warn(facts: object, text: string): void;
  error(facts: object, text: string): void;
}

/** What processors may do to what is around them. */
export interface Surroundings {
  /** Invokes the action that an outlet names. @throws what the device or the Thing throws */
  act(outlet: ChainOutlet, record: RecordValue): Promise<unknown>;
  /** Writes a writable property of a device. @throws what the device throws */
  set(device: string, parameter: string, value: number): Promise<unknown>;
}

/** Section `processors` of a site file. */
export interface TierTrust {
  /** File of the list of trusted publishers. */
  readonly trust?: string;
  /** As `trust`: the key of who starts the site. */
  readonly ownTrust?: string;
  readonly probation: Probation;
  readonly checkpointMs: number;
}

/** @param ageMs of the data that it came of; null: of none */
export type OnOutput = (
  processor: string,
  port: string,
  record: RecordValue,
  ageMs: number | null,
) => void;

export interface TierProcessorsOptions {
  /** As the site file names them. */
  readonly processors: readonly ChainProcessor[];
  readonly trust: TierTrust;
  /** Where their slots are. */
  readonly folder: string;
  /** Version of fogwot that runs here. */
  readonly version: string;
  /** Holds a chain that was written at run time to what a site file's is held to. @throws what is wrong with it */
  readonly checkChain: (input: unknown) => readonly ChainProcessor[];
  readonly surroundings: Surroundings;
  readonly peers: Peers;
  readonly clock: TierClock;
  readonly log: TierLog;
  /** At start, and when the chain is another: what is fed by what. */
  readonly onChain?: (processors: readonly ChainProcessor[]) => void;
  readonly onEvent: (processor: string, event: InstallEvent) => void;
  /** Of the out-ports that the chain makes events. */
  readonly onOutput: OnOutput;
}
