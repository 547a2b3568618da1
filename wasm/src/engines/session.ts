import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  type Answer,
  EngineError,
  exportedGlobals,
  type ModuleBytes,
  PLENTY,
  type Sent,
  type Step,
} from "./engine";

const OPS = {
  init: "I",
  process: "P",
  tick: "T",
  save: "S",
  load: "L",
  image: "G",
  restore: "R",
  time: "B",
} as const;
export const TIMEOUT_MS = 120_000;
const MAX_OUTPUT_BYTES = 1 << 30;

/** How a program of c/host.c takes its arguments and steps, and gives its answers. */
export type Launch = (
  folder: string,
  args: readonly string[],
  input: Buffer,
) => SpawnSyncReturns<Buffer>;

/** As a program of this machine. */
function launchHere(program: string): Launch {
  return (_folder, args, input) =>
    spawnSync(program, args, { input, maxBuffer: MAX_OUTPUT_BYTES, timeout: TIMEOUT_MS });
}

/** Runs the steps in a program made of c/host.c and an engine. @throws EngineError */
export function runProgram(
  engine: string,
  program: string | Launch,
  module: ModuleBytes,
  steps: readonly Step[],
  fuel = PLENTY,
): Answer[] {
  const folder = mkdtempSync(path.join(tmpdir(), "fogwot-engine-"));
  try {
    const file = path.join(folder, "module.wasm");
    writeFileSync(file, module);
    const globals = exportedGlobals(new WebAssembly.Module(module)).join(",");
    const launch = typeof program === "string" ? launchHere(program) : program;
    const input = Buffer.concat(steps.map(encodeStep));
    const { status, signal, stdout, stderr, error } = launch(
      folder,
      [file, String(fuel), globals],
      input,
    );
    if (error || status !== 0) {
      throw new EngineError(engine, `ended with ${status ?? signal}: ${stderr}`, error);
    }
    const answers = readAnswers(stdout);
    if (answers.length !== steps.length) {
      throw new EngineError(engine, `${answers.length} answers to ${steps.length} steps`);
    }
    return answers;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function encodeStep(step: Step): Buffer {
  const bytes = "bytes" in step ? step.bytes : new Uint8Array(0);
  const head = Buffer.alloc(21);
  head.write(OPS[step.op], 0, "latin1");
  if ("port" in step) head.writeInt32LE(step.port, 1);
  if (step.op === "load") head.writeInt32LE(step.version, 1);
  if (step.op === "time") head.writeInt32LE(step.count, 5);
  if (step.op === "time") head.writeDoubleLE(step.chunkBytes, 9);
  if (step.op === "tick") head.writeDoubleLE(step.ms, 9);
  head.writeUInt32LE(bytes.length, 17);
  return Buffer.concat([head, bytes]);
}

function readAnswers(output: Buffer): Answer[] {
  const answers: Answer[] = [];
  let sent: Sent[] = [];
  for (let at = 0; at < output.length; ) {
    const kind = String.fromCharCode(output.readUInt8(at));
    const first = output.readInt32LE(at + 1);
    const second = output.readInt32LE(at + 5);
    at += 9;
    if (kind === "W") {
      sent.push({ call: "gpio_write", slot: first, value: second });
      continue;
    }
    const bytes = output.subarray(at, at + second);
    at += second;
    if (kind === "E") {
      sent.push({ call: "emit", port: first, hex: bytes.toString("hex") });
    } else {
      answers.push({ code: first, bytes: new Uint8Array(bytes), sent });
      sent = [];
    }
  }
  return answers;
}
