import type { RecordValue } from "../manifest";
import type { InstallEvent, InstallOptions } from "../runtime";
import type { ProcessorSpec } from "./chain";

/** What leaves the chain. */
export interface Output {
  readonly processor: string;
  readonly port: string;
  readonly sink: string;
  readonly bytes: Uint8Array;
  /** Its records, by the manifest's layout; none where it names none. */
  readonly records: () => RecordValue[];
}

export interface TierOptions
  extends Pick<InstallOptions, "clock" | "probation" | "faultLimit" | "deadlineMs"> {
  /** Where the slots of its processors are, a folder each. */
  readonly folder: string;
  readonly admit: InstallOptions["admit"];
  readonly start: (
    spec: ProcessorSpec,
    ...of: Parameters<InstallOptions["start"]>
  ) => ReturnType<InstallOptions["start"]>;
  readonly onOutput: (output: Output) => void;
  readonly onEvent: (processor: string, event: InstallEvent) => void;
  /** A frame that no processor could take: not installed, stopped, or of the wrong form. */
  readonly onLost: (processor: string, error: unknown) => void;
  /** What was kept of it may not run any more, or is damaged: it waits for another to be deployed. */
  readonly onNotStarted: (processor: string, error: unknown) => void;
}

/** What comes to a processor from another tier beside the artifact. */
export interface Luggage {
  /** In place of the configuration of the chain. */
  readonly config?: Uint8Array | undefined;
  /** @see encodeStateImage */
  readonly state?: Uint8Array | undefined;
}
