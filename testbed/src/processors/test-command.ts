import * as fs from "node:fs";
import * as path from "node:path";
import { type CreateTwin, recordVectors, type TestReport, testProcessor } from "@fogwot/wasm";
import { UsageError } from "../errors";
import { requireScript } from "../script/load-script";

/** @throws ProcessorError, UsageError for a twin that is none, ScriptError for one that does not load */
export function test(folder: string, signal: AbortSignal): Promise<TestReport> {
  const clock = process.hrtime.bigint;
  return testProcessor({ folder, signal, clock, createTwin: loadTwin(folder) });
}

/** @returns how many steps were changed */
export function record(folder: string, signal: AbortSignal): Promise<number> {
  return recordVectors({ folder, signal });
}

/** `twin.ts` beside the manifest; undefined: there is none. */
function loadTwin(folder: string): CreateTwin | undefined {
  const file = path.resolve(folder, "twin.ts");
  if (!fs.existsSync(file)) return undefined;
  const { createTwin } = requireScript(file);
  if (typeof createTwin === "function") return createTwin as CreateTwin;
  throw new UsageError(`${file}: wanted \`export const createTwin: CreateTwin\``);
}
