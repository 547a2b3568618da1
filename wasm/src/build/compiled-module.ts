import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { packageRoot } from "../package-root";
import { sha256Hex } from "../sha256";
import { cached, cachePlace } from "./cache";
import { compile } from "./compile";
import type { ProcessorFolder } from "./read-processor";

export interface CompiledOptions {
  /** Compiles even what was compiled before. @default false */
  readonly isFresh?: boolean;
  readonly signal?: AbortSignal;
}

const MODULE = "module.wasm";
const IMPORT = /\b(?:from|import)\s*["']([^"']+)["']/g;

/**
 * A processor's module as the compiler leaves it, compiled once for each state of its sources: the
 * compiler takes seconds, and every start of a site asks for the same again.
 * @throws CompileError
 */
export async function compiledModule(
  processor: ProcessorFolder,
  options: CompiledOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const parts = options.isFresh ? undefined : partsOf(processor);
  if (!parts) return compiledNow(processor, options.signal);
  const name = `compiled-${processor.manifest.name}`;
  const place = cachePlace(name, parts);
  const kept = place.isNew ? undefined : readKept(place.folder);
  if (kept) return kept;
  const wasm = await compiledNow(processor, options.signal);
  // What a power cut left half-written is made again.
  if (!place.isNew) rmSync(place.folder, { recursive: true, force: true });
  cached(name, parts, (folder) => {
    writeFileSync(path.join(folder, MODULE), wasm);
    writeFileSync(path.join(folder, "sha256"), sha256Hex(wasm));
  });
  return wasm;
}

/** All that the compiler's output depends on; undefined when a source imports what lies elsewhere. */
function partsOf({ manifest, sourceFile }: ProcessorFolder): (string | Uint8Array)[] | undefined {
  const folder = path.dirname(sourceFile);
  const own = filesBelow(folder);
  if (own.some((file) => importsFromElsewhere(folder, file))) return undefined;
  const { memoryMaxPages, buffers, runtime, profile } = manifest;
  const { version } = require("assemblyscript/package.json") as { version: string };
  const library = path.join(packageRoot(), "abi", "assembly");
  // How the compiler is called is a part too: by its source, whether this file is compiled or not.
  const caller = path.join(packageRoot(), "src", "build", "compile.ts");
  const settings = { version, entry: path.basename(sourceFile), memoryMaxPages, buffers };
  return [
    JSON.stringify({ ...settings, runtime, profile }),
    ...[...own, ...filesBelow(library)].flatMap((file) => [
      path.relative(file.startsWith(library) ? library : folder, file),
      readFileSync(file),
    ]),
    readFileSync(caller),
  ];
}

function importsFromElsewhere(folder: string, file: string): boolean {
  if (!file.endsWith(".ts")) return false;
  return [...readFileSync(file, "utf8").matchAll(IMPORT)].some(([, name = ""]) => {
    if (!name.startsWith(".")) return name !== "fogwot";
    return path.relative(folder, path.resolve(path.dirname(file), name)).startsWith("..");
  });
}

/** @returns undefined unless it is what was written */
function readKept(folder: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    const wasm = new Uint8Array(readFileSync(path.join(folder, MODULE)));
    const sha256 = readFileSync(path.join(folder, "sha256"), "utf8");
    return sha256Hex(wasm) === sha256 ? wasm : undefined;
  } catch {
    // Another process is making it anew.
    return undefined;
  }
}

async function compiledNow(
  { manifest, sourceFile }: ProcessorFolder,
  signal: AbortSignal | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  const { memoryMaxPages, buffers, runtime, profile } = manifest;
  const folder = mkdtempSync(path.join(tmpdir(), "fogwot-asc-"));
  try {
    const outFile = path.join(folder, MODULE);
    await compile({
      ...{ entry: sourceFile, outFile, memoryMaxPages, buffers, runtime },
      isSimd: profile === "simd",
      ...(signal ? { signal } : {}),
    });
    return new Uint8Array(readFileSync(outFile));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => path.join(folder, name))
    .filter((file) => statSync(file).isFile())
    .sort();
}
