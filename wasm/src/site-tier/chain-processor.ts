import type { RecordValue } from "../manifest";
import type { Feed } from "../tier";

/** A processor as a site file names it. */
export interface ChainProcessor {
  readonly name: string;
  /** File. */
  readonly artifact?: string;
  /** Folder: of a site that has it built by who starts it. */
  readonly source?: string;
  readonly watch: boolean;
  readonly from: readonly ChainFeed[];
  readonly to: readonly ChainOutlet[];
  readonly config?: RecordValue;
  /** Pin slot of the manifest → what is written to a device. */
  readonly gpio?: Readonly<Record<string, ChainPin>>;
}

export interface ChainPin {
  readonly device: string;
  /** Writable property of the device's Thing. */
  readonly parameter: string;
  /** What is written for 1. @default 1 */
  readonly on?: number;
}

/** A device's bytes or readings, another processor's out-port, or what a Thing tells. */
export type ChainFeed = { readonly port: string; readonly fields?: Feed["fields"] } & (
  | { readonly device: string; readonly data: "bytes" | "reading" }
  | { readonly processor: string; readonly out: string }
  | { readonly thing: string; readonly event: string }
  | { readonly thing: string; readonly property: string }
);

export interface ChainOutlet {
  readonly port: string;
  /** Every record becomes an event. */
  readonly event: boolean;
  readonly device?: string;
  readonly thing?: string;
  readonly action?: string;
  /** Member of the action's input → field of the record, or a number. */
  readonly input?: Readonly<Record<string, string | number>>;
  /** Acts only on records of which this is true. */
  readonly when?: { readonly field: string; readonly bits?: number; readonly equals?: number };
}
