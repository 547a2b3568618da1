import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { cached } from "../build/cache";
import { contents, runTool, sourceFolder } from "./build";
import type { Engine } from "./engine";
import { type Launch, runProgram, TIMEOUT_MS } from "./session";
import { WASM3_SHA512, WASM3_UNITS, wasm3Sources } from "./wasm3";

const NAME = "wasm3 on a Cortex-M3";
const COMPILER = "arm-none-eabi-gcc";
const EMULATOR = "qemu-system-arm";
const OURS = ["engine.h", "host.c", "wasm3.c", "mps2.c", "mps2.ld"];
const FLAGS = [
  ...["-mcpu=cortex-m3", "-mthumb", "-std=gnu11", "-Os", "-w", "-DFOGWOT_BOARD"],
  ...["-ffunction-sections", "-fdata-sections", "-Wl,--gc-sections", "-nostartfiles"],
  // newlib, its files those of whoever debugs: here, of the emulator.
  "--specs=rdimon.specs",
  // As wasm3's authors set it up for microcontrollers.
  ...["-Dd_m3CodePageAlignSize=1024", "-Dd_m3MaxFunctionStackHeight=256"],
  "-Dd_m3VerboseErrorMessages=0",
];

/**
 * The interpreter in a bare binary for a Cortex-M3 without floating-point unit (97 kB of code), in QEMU's MPS2
 * board (AN385) with 16 MB of memory. Steps and answers go through the emulator's files, not over a line.
 */
export const cortexM: Engine = {
  name: NAME,
  run: (module, steps, fuel) => runProgram(NAME, launch, module, steps, fuel),
};

/** File of the binary, an ELF. @throws EngineError */
export function cortexMFirmware(): string {
  const own = sourceFolder();
  const parts = [WASM3_SHA512, ...FLAGS, ...contents(own, OURS)];
  const folder = cached("cortex-m", parts, (target) => {
    const sources = wasm3Sources();
    runTool(NAME, COMPILER, [
      ...FLAGS,
      `-I${sources}`,
      ...WASM3_UNITS.map((unit) => path.join(sources, `m3_${unit}.c`)),
      ...["wasm3.c", "host.c", "mps2.c"].map((file) => path.join(own, file)),
      ...["-T", path.join(own, "mps2.ld"), "-lm", "-o", path.join(target, "host.elf")],
    ]);
  });
  return path.join(folder, "host.elf");
}

const launch: Launch = (folder, args, input) => {
  const file = (name: string): string => path.join(folder, name);
  writeFileSync(file("steps"), input);
  writeFileSync(file("answers"), "");
  const told = ["host", ...args, file("steps"), file("answers")].map((arg) => `arg=${arg}`);
  const ended = spawnSync(
    EMULATOR,
    [
      ...["-M", "mps2-an385", "-display", "none", "-monitor", "none", "-serial", "none"],
      // A comma in an option's value is written twice.
      "-semihosting-config",
      ["enable=on", "target=native", ...told.map((arg) => arg.replaceAll(",", ",,"))].join(","),
      ...["-kernel", cortexMFirmware()],
    ],
    { timeout: TIMEOUT_MS },
  );
  return { ...ended, stdout: readFileSync(file("answers")) };
};
