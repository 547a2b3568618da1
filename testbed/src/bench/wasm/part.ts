import * as fs from "node:fs";
import * as path from "node:path";
import type { Output } from "../../cli/output";
import type { BenchFigure, BenchOptions } from "../bench";

export interface WasmBenchResult {
  readonly figures: readonly BenchFigure[];
  readonly details: Readonly<Record<string, unknown>>;
  /** Stands at the top of the result, under names of its own. */
  readonly summary: Readonly<Record<string, unknown>>;
}

/** Exported as `part` by `bench/wasm/<part>/index.ts`: the folder name is the registration. */
export interface WasmBenchPart {
  /** Only with --paper. */
  readonly isForPaper?: true;
  run(options: BenchOptions, output: Output, signal: AbortSignal): Promise<WasmBenchResult>;
}

/** Parts by name, in the order of their names. */
export function loadParts(): Record<string, WasmBenchPart> {
  const names = fs
    .readdirSync(__dirname, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
  return Object.fromEntries(
    names.map((name) => [
      name,
      (require(path.join(__dirname, name)) as { part: WasmBenchPart }).part,
    ]),
  );
}
