import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { buildProcessor } from "../build/build";
import { compile } from "../build/compile";
import { type ProcessorFolder, readProcessor } from "../build/read-processor";
import { WasmInstance } from "../host";
import { packageRoot } from "../package-root";
import { cached, cachePlace } from "./build";
import type { ModuleBytes } from "./engine";

export interface BuiltModule extends ProcessorFolder {
  readonly wasm: ModuleBytes;
}

/** All that makes a module out of a processor's sources, below the package's root. */
const MAKERS = ["abi", "src/build", "src/publish", "src/module"];

/** One of our processors, by name. @throws CompileError, ManifestError, PublishError */
export function builtModule(name: string): Promise<BuiltModule> {
  return builtFolder(processorFolder(name));
}

export function processorFolder(name: string): string {
  return path.join(packageRoot(), "processors", name);
}

/** Modules that only measurements use: what others do, and work of any size. */
export function benchFolder(name: "nested-arrays" | "work"): string {
  return path.join(packageRoot(), "src", "engines", "bench", name);
}

/**
 * A processor's folder through the publish pass; built once for each state of its sources.
 * @throws CompileError, ManifestError, PublishError
 */
export async function builtFolder(processorPath: string): Promise<BuiltModule> {
  const processor = readProcessor(processorPath);
  const place = await made(
    processor,
    async () => (await buildProcessor({ folder: processorPath })).wasm,
  );
  return { ...processor, wasm: readModule(place) };
}

/** An instance as a node has it. @throws ProcessorFaultError */
export function nodeInstance({ wasm, manifest }: BuiltModule): WasmInstance {
  return new WasmInstance(new WebAssembly.Module(wasm), manifest);
}

/**
 * As the compiler leaves it, without fuel: of modules that could not be published, because their
 * collector of garbage begins with code of its own.
 */
export async function compiledFolder(processorPath: string): Promise<ModuleBytes> {
  const processor = readProcessor(processorPath);
  const { memoryMaxPages, buffers, runtime } = processor.manifest;
  const place = await made(processor, async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "fogwot-asc-"));
    try {
      const outFile = path.join(folder, "module.wasm");
      await compile({ entry: processor.sourceFile, outFile, memoryMaxPages, buffers, runtime });
      return readFileSync(outFile);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
  return readModule(place);
}

/** Folder of the module that `make` made now, or before from the same sources. */
async function made(
  { manifest, folder }: ProcessorFolder,
  make: () => Promise<Uint8Array>,
): Promise<string> {
  const folders = MAKERS.map((maker) => path.join(packageRoot(), maker));
  const files = [...folders, path.join(folder, "assembly")].flatMap(filesBelow);
  const parts = [JSON.stringify(manifest), ...files.map((file) => readFileSync(file))];
  const name = `processor-${manifest.name}`;
  const place = cachePlace(name, parts);
  if (!place.isNew) return place.folder;
  const wasm = await make();
  return cached(name, parts, (target) => {
    writeFileSync(path.join(target, "module.wasm"), wasm);
  });
}

function readModule(place: string): ModuleBytes {
  return new Uint8Array(readFileSync(path.join(place, "module.wasm")));
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => !name.endsWith(".test.ts"))
    .map((name) => path.join(folder, name))
    .filter((file) => statSync(file).isFile())
    .sort();
}
