/**
 * What a node keeps of its processors on disk, so that after a power cut at any moment it starts with
 * a whole version and the last state that was committed.
 */

export type { Commitment, StoredVersion } from "./commitment";
export { writeDurably } from "./durable-file";
export { BlobDamagedError, BlobMissingError, SlotsLostError, StaleCommitmentError } from "./errors";
export { type Recovered, SlotStore } from "./slot-store";
