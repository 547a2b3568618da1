import * as fs from "node:fs";
import * as path from "node:path";
import type { Output } from "../cli/output";
import { UsageError } from "../errors";

export interface BenchOptions {
  /** A short form for tests: fewer requests, shorter windows; the figures mean less. */
  readonly quick: boolean;
  /** The papers' tables too, where a benchmark has some. */
  readonly paper?: boolean;
}

/** One figure with the bar it is held to. */
export interface BenchFigure {
  readonly name: string;
  readonly value: number | null;
  readonly unit: string;
  /** The bar: at most, or at least. Null: for information. */
  readonly bar: { readonly atMost: number } | { readonly atLeast: number } | null;
  readonly meetsBar: boolean | null;
  readonly note?: string;
}

export interface BenchResult {
  readonly bench: string;
  readonly figures: readonly BenchFigure[];
  /** Everything measured, for machines. */
  readonly details: Readonly<Record<string, unknown>>;
  /** What stands at the top of the result beside these, under names of its own. */
  readonly summary?: Readonly<Record<string, unknown>>;
}

/** Exported as `bench` by `bench/<name>/index.ts`: the folder name is the registration. */
export interface BenchDefinition {
  readonly title: string;
  run(options: BenchOptions, output: Output, signal: AbortSignal): Promise<BenchResult>;
}

export function figure(
  name: string,
  value: number | null,
  unit: string,
  bar: BenchFigure["bar"] = null,
  note?: string,
): BenchFigure {
  return {
    name,
    value,
    unit,
    bar,
    meetsBar: bar === null ? null : value !== null && isWithin(value, bar),
    ...(note === undefined ? {} : { note }),
  };
}

function isWithin(value: number, bar: NonNullable<BenchFigure["bar"]>): boolean {
  return "atMost" in bar ? value <= bar.atMost : value >= bar.atLeast;
}

/** Names of the benchmarks: the folders here that hold one; others help them. */
export function listBenches(): string[] {
  return fs
    .readdirSync(__dirname)
    .filter((name) =>
      ["index.js", "index.ts"].some((file) => fs.existsSync(path.join(__dirname, name, file))),
    )
    .sort();
}

/** @throws UsageError naming those there are */
export function loadBench(name: string): BenchDefinition {
  if (!listBenches().includes(name)) {
    throw new UsageError(`bench ${name}: wanted one of ${listBenches().join(", ")}`);
  }
  return (require(path.join(__dirname, name)) as { bench: BenchDefinition }).bench;
}

export function figureLines(figures: readonly BenchFigure[]): string[] {
  return figures.map(({ name, value, unit, bar, meetsBar, note }) => {
    const shown = value === null ? "–" : value.toFixed(value >= 100 ? 0 : 2);
    const wanted =
      bar === null ? "" : "atMost" in bar ? `bar ≤ ${bar.atMost}` : `bar ≥ ${bar.atLeast}`;
    const verdict = meetsBar === null ? "" : meetsBar ? "met" : "MISSED";
    return `${name.padEnd(44)} ${shown.padStart(9)} ${unit.padEnd(8)} ${wanted.padEnd(10)} ${verdict.padEnd(7)}${note ?? ""}`.trimEnd();
  });
}
