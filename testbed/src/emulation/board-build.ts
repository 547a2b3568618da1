import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { packageRoot } from "@fogwot/core";
import { ToolError } from "../errors";
import { withFileLock } from "../files/file-lock";

/**
 * What an emulated board can be: `posix`, the firmware compiled for this machine; `xbee-avr`, the
 * ATmega328P's own binary in the simavr simulator; `cortex-m`, a Cortex-M3's in QEMU.
 */
export const BOARD_PORTS = ["posix", "xbee-avr", "cortex-m"] as const;
export type BoardPort = (typeof BOARD_PORTS)[number];

/** By port: what make is to make, the executable below firmware/build, and what both need. */
const PORTS: Readonly<Record<BoardPort, { target: string; file: string; packages: string }>> = {
  posix: { target: "posix", file: "posix/fogwot-board", packages: "gcc make libc6-dev" },
  "xbee-avr": {
    target: "avr-leaf",
    file: "avr/fogwot-xbee-leaf",
    packages: "gcc make libc6-dev gcc-avr avr-libc libsimavr-dev",
  },
  "cortex-m": {
    target: "cortex-m",
    file: "arm/fogwot-cortex-m",
    packages: "gcc make libc6-dev gcc-arm-none-eabi qemu-system-arm",
  },
};
const BUILD_LIMIT_MS = 120_000;

/** The repository's folder: the testbed's parent. */
export function repositoryRoot(): string {
  return path.dirname(packageRoot(__dirname));
}

/** Where a port's executable is built to. */
export function boardExecutable(port: BoardPort = "posix", root = repositoryRoot()): string {
  return path.join(root, "firmware", "build", PORTS[port].file);
}

/** The far end of an emulated serial line, built together with the posix board. */
export function lineExecutable(root = repositoryRoot()): string {
  return path.join(root, "firmware", "build", "posix", "fogwot-line");
}

/**
 * Builds an emulated board if a C source is newer than it (make decides), one builder at a time.
 * @returns the executable's path
 * @throws ToolError with the compiler's words
 */
export async function ensureBoardBuilt(
  port: BoardPort = "posix",
  root = repositoryRoot(),
): Promise<string> {
  const executable = boardExecutable(port, root);
  const firmware = path.join(root, "firmware");
  const { target, packages } = PORTS[port];
  fs.mkdirSync(path.join(firmware, "build"), { recursive: true });
  const mend = `install what builds it (Debian: apt-get install ${packages})`;
  await withFileLock(path.join(firmware, "build", ".lock"), BUILD_LIMIT_MS, () =>
    make(firmware, target, mend),
  );
  if (!fs.existsSync(executable)) {
    throw new ToolError("make", `built no ${executable}`, `run: make -C ${firmware} ${target}`);
  }
  return executable;
}

function make(folder: string, target: string, mend: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn("make", ["-s", "-C", folder, target], {
      stdio: ["ignore", "pipe", "pipe"],
      timeout: BUILD_LIMIT_MS,
    });
    let said = "";
    const listen = (chunk: Buffer): void => {
      said = (said + chunk.toString("utf8")).slice(-4_000);
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.once("error", (cause) => {
      reject(new ToolError("make", `cannot be started (${cause.message})`, mend, { cause }));
    });
    child.once("close", (code, signal) => {
      if (code === 0) resolve();
      else reject(new ToolError("make", `${code ?? signal}\n${said.trim()}`, mend));
    });
  });
}
