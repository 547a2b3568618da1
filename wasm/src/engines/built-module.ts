import path from "node:path";
import { buildProcessor } from "../build/build";
import { compiledModule } from "../build/compiled-module";
import { type ProcessorFolder, readProcessor } from "../build/read-processor";
import { WasmInstance } from "../host";
import { packageRoot } from "../package-root";
import type { ModuleBytes } from "./engine";

export interface BuiltModule extends ProcessorFolder {
  readonly wasm: ModuleBytes;
}

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

/** A processor's folder through the publish pass. @throws CompileError, ManifestError, PublishError */
export async function builtFolder(folder: string): Promise<BuiltModule> {
  const { compiledBytes: _, ...built } = await buildProcessor({ folder });
  return built;
}

/** An instance as a node has it. @throws ProcessorFaultError */
export function nodeInstance({ wasm, manifest }: BuiltModule): WasmInstance {
  return new WasmInstance(new WebAssembly.Module(wasm), manifest);
}

/**
 * As the compiler leaves it, without fuel: of modules that could not be published, because their
 * collector of garbage begins with code of its own.
 */
export function compiledFolder(folder: string): Promise<ModuleBytes> {
  return compiledModule(readProcessor(folder));
}
