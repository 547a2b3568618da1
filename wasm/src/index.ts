/**
 * WebAssembly processors: what they are made with, and what holds them to their limits.
 *
 *     const { wasm, manifest } = await buildProcessor({ folder: "wasm/processors/ema" });
 */
export { type BuildOptions, type Built, buildProcessor } from "./build/build";
export { CompileError } from "./build/compile";
export { type ProcessorFolder, readProcessor } from "./build/read-processor";
export * from "./host";
export * from "./manifest";
export * from "./module";
export { ProcessorError } from "./processor-error";
export { FUEL } from "./publish/fuel";
export { stateGlobals } from "./publish/globals";
export { type InstrumentOptions, instrument } from "./publish/instrument";
export { FuelMismatchError, PublishError } from "./publish/publish-error";
export * from "./runtime";
export * from "./slots";
export * from "./state";
