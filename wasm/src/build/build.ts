import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { instrument } from "../publish/instrument";
import { compile } from "./compile";
import { type ProcessorFolder, readProcessor } from "./read-processor";

export interface BuildOptions {
  /** A processor's: `manifest.json`, and what it names as its source. */
  readonly folder: string;
  /** Keeps function names, for whoever profiles. @default false */
  readonly keepNames?: boolean;
  readonly signal?: AbortSignal;
}

export interface Built extends ProcessorFolder {
  /** Ready to be signed: metered, bounded, its state exported. */
  readonly wasm: Uint8Array<ArrayBuffer>;
  /** As the compiler left it. */
  readonly compiledBytes: number;
}

/**
 * Compiles a processor and puts it through the publish pass, all but the signature. Nothing is written
 * but in a temporary folder; the same input gives the same bytes.
 * @throws ManifestError, CompileError, PublishError, MalformedModuleError, UnsupportedFeatureError
 */
export async function buildProcessor(options: BuildOptions): Promise<Built> {
  const processor = readProcessor(options.folder);
  const { manifest, sourceFile } = processor;
  const compiled = sourceFile.endsWith(".wasm")
    ? fs.readFileSync(sourceFile)
    : await compiledFrom(processor, options.signal);
  const wasm = instrument(compiled, {
    profile: manifest.profile,
    memoryMaxPages: manifest.memoryMaxPages,
    keepNames: options.keepNames ?? false,
  });
  return { ...processor, wasm, compiledBytes: compiled.length };
}

async function compiledFrom(
  { manifest, sourceFile }: ProcessorFolder,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "fogwot-asc-"));
  try {
    const outFile = path.join(folder, "module.wasm");
    await compile({
      entry: sourceFile,
      outFile,
      memoryMaxPages: manifest.memoryMaxPages,
      buffers: manifest.buffers,
      runtime: manifest.runtime,
      isSimd: manifest.profile === "simd",
      ...(signal ? { signal } : {}),
    });
    return fs.readFileSync(outFile);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
