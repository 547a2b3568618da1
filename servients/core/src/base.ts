/**
 * @fogwot/core/base: the part of @fogwot/core that knows nothing of the Web of Things. Drivers and
 * other small processes start from it: node-wot and the protocol stacks would cost each of them two
 * seconds of start and 40 MB.
 */
export * from "./cborg";
export * from "./config";
export * from "./errors";
export * from "./link";
export * from "./log";
export * from "./package-root";
export * from "./process";
export * from "./random";
export * from "./time";
