import type { FogwotError } from "../errors";

export type DiscoveryFindingCode =
  /** Nobody answered there. */
  | "UNREACHABLE"
  /** The answer was an error, credentials included. */
  | "REFUSED"
  /** The answer is too large, or neither JSON nor links. */
  | "NOT_READABLE"
  /** JSON, and no valid Thing Description. */
  | "NOT_A_THING_DESCRIPTION"
  /** A directory without a listing that can be read. */
  | "NO_LISTING"
  /** Things came and went while the listing was read, several times over: some may be missing. */
  | "UNSTABLE_LISTING"
  /** Something was left out because of a limit of the discovery. */
  | "LIMIT";

/** Something that was found, and is no Thing: it was passed over, and the rest was not. */
export interface DiscoveryFinding {
  readonly code: DiscoveryFindingCode;
  /** The document it is about. */
  readonly url: string;
  /** Its place in a listing, from 0 on. */
  readonly index?: number;
  /** Of the Thing Description, where it has one. */
  readonly id?: string;
  readonly message: string;
  /** What is wrong with a Thing Description, by JSON Pointer. */
  readonly mismatches?: readonly { readonly path: string; readonly wanted: string }[];
  readonly cause?: FogwotError;
}
