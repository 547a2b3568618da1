import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { cached } from "../build/cache";
import { instrument } from "../publish/instrument";
import { contents, headerFolder, runTool, sourceFolder } from "./build";
import type { Engine, ModuleBytes } from "./engine";
import { runProgram } from "./session";

const OURS = ["engine.h", "host.c", "native.c"];
/** A product and a sum stay two roundings on every processor. */
const EXACT = ["-std=gnu11", "-O2", "-ffp-contract=off", "-fno-math-errno", "-Wall", "-Wextra"];
// Fixed addresses below 2 GiB: the ABI's pointers are 32 bits.
const NATIVE = [...EXACT, "-no-pie", "-fno-pie"];
const COMPILE = [...EXACT, "--target=wasm32", "-mbulk-memory", "-ffreestanding"];
// Linked apart: clang would send the module through whatever wasm-opt it finds.
const LINK = [
  "--no-entry",
  "--strip-all",
  "--initial-memory=65536",
  "--max-memory=65536",
  "-z",
  "stack-size=4096",
];

interface CSources {
  readonly folder: string;
  readonly files: readonly string[];
}

/**
 * The C form of a processor (`c/` in its folder) as a program of this machine, with gcc -O2 and without
 * WebAssembly between. The module it is given is not read, and it makes no images.
 */
export function native(processorFolder: string): Engine {
  return {
    name: "native C",
    run: (module, steps, fuel) =>
      runProgram("native C", nativeProgram(sourcesIn(processorFolder)), module, steps, fuel),
  };
}

/** The C form as a module, by clang and the publish pass. @throws EngineError, PublishError */
export function compiledFromC(processorFolder: string): ModuleBytes {
  const sources = sourcesIn(processorFolder);
  const folder = cached("c-module", [...COMPILE, ...LINK, ...partsOf(sources)], (target) => {
    const objects = sources.files
      .filter((file) => file.endsWith(".c"))
      .map((file) => {
        const object = path.join(target, `${file}.o`);
        const args = [...COMPILE, `-I${headerFolder()}`, "-c", file, "-o", object];
        runTool("clang", "clang", args, sources.folder);
        return object;
      });
    runTool("clang", "wasm-ld", [...LINK, ...objects, "-o", path.join(target, "module.wasm")]);
  });
  const compiled = readFileSync(path.join(folder, "module.wasm"));
  return instrument(compiled, { profile: "portable", memoryMaxPages: 1, keepNames: false });
}

function nativeProgram(sources: CSources): string {
  const own = sourceFolder();
  const parts = [...NATIVE, ...partsOf(sources), ...contents(own, OURS)];
  const folder = cached("native", parts, (target) => {
    const files = sources.files.filter((file) => file.endsWith(".c"));
    const ours = ["host.c", "native.c"].map((file) => path.join(own, file));
    const args = [...NATIVE, `-I${own}`, `-I${headerFolder()}`, ...files, ...ours];
    runTool("native C", "gcc", [...args, "-lm", "-o", path.join(target, "host")], sources.folder);
  });
  return path.join(folder, "host");
}

function sourcesIn(processorFolder: string): CSources {
  const folder = path.join(processorFolder, "c");
  const files = readdirSync(folder).filter((file) => /\.[ch]$/.test(file));
  return { folder, files: files.sort() };
}

function partsOf({ folder, files }: CSources): (string | Buffer)[] {
  return [
    ...files,
    ...contents(folder, files),
    ...contents(headerFolder(), ["fogwot_processor.h"]),
  ];
}
