/**
 * Engines that run the same bytes: Node's V8, wabt's wasm2c ahead of time, wasm3 here and on a
 * microcontroller, and the plain TypeScript that each processor is held to. For tests and measurements; nodes have `../runtime`.
 */

export { cacheFolder } from "../build/cache";
export { createTwin as createWorkTwin } from "./bench/work/twin";
export {
  type BuiltModule,
  benchFolder,
  builtFolder,
  builtModule,
  compiledFolder,
  nodeInstance,
  processorFolder,
} from "./built-module";
export { cortexM } from "./cortex-m";
export {
  type Answer,
  type Engine,
  EngineError,
  type ModuleBytes,
  PLENTY,
  type Sent,
  type Step,
  type Times,
  timesOf,
} from "./engine";
export { compiledFromC, native } from "./native";
export { twinOf } from "./test-modules";
export { CODES, type CreateTwin, NOTHING, type ProcessorTwin, type TwinHost } from "./twin";
export { runTwin, twinEngine } from "./twin-engine";
export { V8Instance, v8 } from "./v8";
export { wasm2c } from "./wasm2c";
export { wasm3 } from "./wasm3";
