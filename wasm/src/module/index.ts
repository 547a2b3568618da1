/** The binary format of WebAssembly: one reader of it, for all who ask what is in a module. */
export { ByteReader } from "./byte-reader";
export { ByteWriter } from "./byte-writer";
export {
  FEATURES,
  type Feature,
  MalformedModuleError,
  UnsupportedFeatureError,
} from "./module-error";
export { OP, opcodeName } from "./opcodes";
export { parseModule } from "./parse";
export { checkProfile, featuresOf, PROFILE_FEATURES, PROFILES, type Profile } from "./profile";
export { walkBody } from "./read-code";
export type { Instruction } from "./walk";
export * from "./wasm-module";
export { customSection, exportPayload, payloadOf, writeModule } from "./write";
