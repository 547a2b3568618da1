import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { cached } from "../build/cache";
import { contents, runTool, sourceFolder } from "./build";
import { type Engine, EngineError } from "./engine";
import { runProgram } from "./session";

/** The npm package that carries wasm3 0.5.0's sources; it is unpacked for them, never installed. */
const PACKAGE = "react-native-webassembly@0.3.3";
export const WASM3_SHA512 =
  "wC8r/C6bHcWsNZmzES6vhMX1bao3JtG2FIVC9Un5kTn9EKQBN63qGVGMaD7ppe/vkzD8aPTfj9MKjsid4m7VRA==";
export const WASM3_UNITS = [
  "bind",
  "code",
  "compile",
  "core",
  "env",
  "exec",
  "function",
  "info",
  "module",
  "parse",
];
const FLAGS = ["-std=gnu11", "-O2", "-w"];
const OURS = ["engine.h", "host.c", "wasm3.c"];

/** The interpreter of microcontrollers. */
export const wasm3: Engine = {
  name: "wasm3",
  run: (module, steps, fuel) => runProgram("wasm3", program(), module, steps, fuel),
};

/** Folder with wasm3's C sources, fetched once. @throws EngineError when they are not the ones we know */
export function wasm3Sources(): string {
  return cached("wasm3-sources", [PACKAGE, WASM3_SHA512], (folder) => {
    runTool("wasm3", "npm", ["pack", PACKAGE, "--silent", "--pack-destination", folder]);
    const file = readdirSync(folder).find((name) => name.endsWith(".tgz")) ?? "";
    const hash = createHash("sha512")
      .update(readFileSync(path.join(folder, file)))
      .digest("base64");
    if (hash !== WASM3_SHA512)
      throw new EngineError("wasm3", `${PACKAGE} is not what it was: sha512 ${hash}`);
    runTool("wasm3", "tar", ["-xzf", file, "--strip-components=2", "package/cpp"], folder);
  });
}

function program(): string {
  const own = sourceFolder();
  const folder = cached("wasm3", [WASM3_SHA512, ...FLAGS, ...contents(own, OURS)], (target) => {
    const sources = wasm3Sources();
    runTool("wasm3", "gcc", [
      ...FLAGS,
      `-I${sources}`,
      ...WASM3_UNITS.map((unit) => path.join(sources, `m3_${unit}.c`)),
      path.join(own, "wasm3.c"),
      path.join(own, "host.c"),
      "-lm",
      "-o",
      path.join(target, "host"),
    ]);
  });
  return path.join(folder, "host");
}
