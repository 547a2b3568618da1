/**
 * Processors as a site file names them, on a fog node or on the processing server: what both have in
 * common. The owner feeds them by source, carries out what they order, and tells others of them.
 */
export type { ChainFeed, ChainOutlet, ChainProcessor } from "./chain-processor";
export type { Moved, Peer, Peers } from "./move";
export type { Surroundings, TierProcessorsOptions } from "./options";
export { sourceOfFeed } from "./spec";
export { TierProcessors } from "./tier-processors";
export { TrustFileError } from "./trust-file";
