import * as fs from "node:fs";
import { instrument } from "../publish/instrument";
import { compiledModule } from "./compiled-module";
import { type ProcessorFolder, readProcessor } from "./read-processor";

export interface BuildOptions {
  /** A processor's: `manifest.json`, and what it names as its source. */
  readonly folder: string;
  /** Keeps function names, for whoever profiles. @default false */
  readonly keepNames?: boolean;
  /** Compiles even what was compiled before. @default false */
  readonly isFresh?: boolean;
  readonly signal?: AbortSignal;
}

export interface Built extends ProcessorFolder {
  /** Ready to be signed: metered, bounded, its state exported. */
  readonly wasm: Uint8Array<ArrayBuffer>;
  /** As the compiler left it. */
  readonly compiledBytes: number;
}

/**
 * Compiles a processor and puts it through the publish pass, all but the signature. What the
 * compiler made is kept by the hash of its sources; the same input gives the same bytes.
 * @throws ManifestError, CompileError, PublishError, MalformedModuleError, UnsupportedFeatureError
 */
export async function buildProcessor(options: BuildOptions): Promise<Built> {
  const processor = readProcessor(options.folder);
  const { manifest, sourceFile } = processor;
  const compiled = sourceFile.endsWith(".wasm")
    ? fs.readFileSync(sourceFile)
    : await compiledModule(processor, options);
  const wasm = instrument(compiled, {
    profile: manifest.profile,
    memoryMaxPages: manifest.memoryMaxPages,
    keepNames: options.keepNames ?? false,
  });
  return { ...processor, wasm, compiledBytes: compiled.length };
}
