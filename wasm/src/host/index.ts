/** Runs a module of ABI v1 on V8, in this thread. */
export type { AbiExports } from "./abi-exports";
export {
  DEFAULT_OUTPUT_LIMITS,
  type Grants,
  type LogLevel,
  type OutputLimits,
} from "./capabilities";
export { globalImages, restoreGlobals } from "./global-images";
export { WasmInstance } from "./wasm-instance";
export { type VersionSource, WasmVersion } from "./wasm-version";
