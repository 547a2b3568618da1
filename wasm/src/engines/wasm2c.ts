import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { cached } from "../build/cache";
import { contents, runTool, sourceFolder } from "./build";
import type { Engine } from "./engine";
import { runProgram } from "./session";

const RUNTIME = "/usr/share/wabt/wasm2c";
const OURS = ["engine.h", "host.c", "wasm2c.c"];
// A product and a sum stay two roundings, as in WebAssembly.
const FLAGS = ["-std=gnu11", "-O2", "-w", "-ffp-contract=off"];
const CALLS = [
  "abi",
  "in_ptr",
  "in_cap",
  "out_ptr",
  "out_cap",
  "init",
  "process",
  "state_save",
  "state_load",
];
const ARGUMENTS: Readonly<Record<string, string>> = {
  init: ", (u32)first",
  process: ", (u32)first, (u32)second",
  state_load: ", (u32)first, (u32)second",
};

/** WebAssembly → C → machine code ahead of time: for nodes without a compiler at run time. */
export const wasm2c: Engine = {
  name: "wasm2c",
  run: (module, steps, fuel) => runProgram("wasm2c", program(module), module, steps, fuel),
};

function program(module: Uint8Array): string {
  const own = sourceFolder();
  const folder = cached("wasm2c", [module, ...FLAGS, ...contents(own, OURS)], (target) => {
    const at = (name: string): string => path.join(target, name);
    writeFileSync(at("module.wasm"), module);
    runTool("wasm2c", "wasm2c", [at("module.wasm"), "-n", "processor", "-o", at("module.c")]);
    writeFileSync(at("glue.h"), glue(readFileSync(at("module.h"), "utf8")));
    const sources = [at("module.c"), path.join(own, "wasm2c.c"), path.join(own, "host.c")];
    const includes = [`-I${target}`, `-I${own}`, `-I${RUNTIME}`];
    runTool("wasm2c", "gcc", [
      ...FLAGS,
      ...includes,
      ...sources,
      path.join(RUNTIME, "wasm-rt-impl.c"),
      "-lm",
      "-o",
      at("host"),
    ]);
  });
  return path.join(folder, "host");
}

/** What c/wasm2c.c must know of a module, out of the header that wasm2c wrote. */
function glue(header: string): string {
  const found = [...header.matchAll(/\/\* export: '(.+)' \*\/\n(\S+) (\w+)\(/g)];
  const exports = found.map(([, name = "", type = "", symbol = ""]) => ({ name, type, symbol }));
  const symbolOf = (name: string): string | undefined =>
    exports.find((one) => one.name === name)?.symbol;
  const globals = exports.filter(({ name, type }) => type.endsWith("*") && name !== "memory");
  const calls = CALLS.filter((name) => symbolOf(name)).map(
    (name) =>
      `case CALL_${name.toUpperCase()}: return (int32_t)${symbolOf(name)}(&instance${ARGUMENTS[name] ?? ""});`,
  );
  const sizes = globals.map(({ name, type }) => `{ "${name}", sizeof(${type.slice(0, -1)}) },`);
  const places = globals.map(({ symbol }, i) => `case ${i}: return ${symbol}(&instance);`);
  const tick = symbolOf("tick");
  return [
    `static wasm_rt_memory_t *instance_memory(void) { return ${symbolOf("memory")}(&instance); }`,
    `static void *global_at(int i) { switch (i) { ${places.join(" ")} default: return 0; } }`,
    `#define GLUE_GLOBALS ${sizes.join(" ")}`,
    `#define GLUE_FUEL ${globals.findIndex(({ name }) => name === "__fuel")}`,
    `#define GLUE_CALLS ${calls.join(" ")}`,
    `#define GLUE_TICK ${tick ? `(int32_t)${tick}(&instance, ms)` : "((void)ms, ENGINE_TRAP)"}`,
    `#define GLUE_INSTANTIATE Z_processor_instantiate(&instance${header.includes("Z_fog_instance_t") ? ", &fog" : ""})`,
    "",
  ].join("\n");
}
