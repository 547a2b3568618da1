/**
 * The processors of a tier and their chains.
 *
 * ```ts
 * const tier = new ProcessorTier({ folder, admit, start, clock, onOutput, onEvent, onLost });
 * await tier.start([{ name: "axes", from: [{ source: "device/robot-1/bytes", port: "bytes" }] }]);
 * await tier.deploy("axes", artifact);
 * tier.feed("device/robot-1/bytes", chunk);
 * ```
 */
export { type Feed, type Outlet, type ProcessorSpec, routesOf, sourceOf } from "./chain";
export { ChainError, ProcessorBusyError, UnknownProcessorError } from "./errors";
export type { Luggage, Output, TierOptions } from "./options";
export { ProcessorTier } from "./processor-tier";
export type { ProcessorReport } from "./report";
