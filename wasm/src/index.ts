/**
 * WebAssembly processors: what they are made with, and what holds them to their limits.
 *
 *     const built = await buildProcessor({ folder: "wasm/processors/ema" });
 *     const artifact = publish({ ...built, key });
 *     const { wasm, manifest } = admit(artifact, trust, limits);
 *     const source = await WasmVersion.prepare(wasm, { manifest, config, grants: {} });
 *     const { emissions } = new WasmVersion(source).process(0, frame);
 */
export * from "./admission";
export { type BuildOptions, type Built, buildProcessor } from "./build/build";
export { CompileError } from "./build/compile";
export { type ProcessorFolder, readJson, readProcessor } from "./build/read-processor";
export type { CreateTwin, ProcessorTwin, TwinHost } from "./engines/twin";
export * from "./host";
export * from "./manifest";
export { canonicalJson } from "./manifest/canonical";
export * from "./module";
export { packageRoot as wasmPackageRoot } from "./package-root";
export { ProcessorError } from "./processor-error";
export { type Artifact, type PublishOptions, publish } from "./publish/artifact";
export { ArtifactError, decodeArtifact, encodeArtifact } from "./publish/artifact-bytes";
export {
  type ArtifactFiles,
  artifactFiles,
  publishedBefore,
  readArtifact,
  writeArtifact,
} from "./publish/artifact-files";
export { FUEL } from "./publish/fuel";
export { stateGlobals } from "./publish/globals";
export { type InstrumentOptions, instrument } from "./publish/instrument";
export { FuelMismatchError, PublishError } from "./publish/publish-error";
export * from "./runtime";
export { sha256Hex } from "./sha256";
export * from "./sign";
export * from "./site-tier";
export * from "./slots";
export * from "./state";
export * from "./tier";
export * from "./vectors";
