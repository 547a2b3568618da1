import * as fs from "node:fs";
import * as path from "node:path";
import type { Output } from "../cli/output";
import { UsageError } from "../errors";

export interface SoakOptions {
  /** How long it works, its start and its final checks apart; for those that go by time. */
  readonly forMs: number;
  /** How many events, requests, subscribers or cycles, for those that count. @default its own */
  readonly count?: number;
  /** Of every random choice. */
  readonly seed: number;
}

/** One claim that the soak has put to the test. */
export interface SoakCheck {
  readonly claim: string;
  readonly holds: boolean;
  readonly found: string;
}

export interface SoakResult {
  readonly checks: readonly SoakCheck[];
  /** Everything measured, for machines. */
  readonly figures: Readonly<Record<string, unknown>>;
}

/** Exported as `soak` by `soak/<name>/index.ts`: the folder name is the registration. */
export interface SoakDefinition {
  readonly title: string;
  run(options: SoakOptions, output: Output, signal: AbortSignal): Promise<SoakResult>;
}

/** Names of the long runs: the folders here that hold one; others help them. */
export function listSoaks(): string[] {
  return fs
    .readdirSync(__dirname)
    .filter((name) =>
      ["index.js", "index.ts"].some((file) => fs.existsSync(path.join(__dirname, name, file))),
    )
    .sort();
}

/** @throws UsageError naming those there are */
export function loadSoak(name: string): SoakDefinition {
  if (!listSoaks().includes(name)) {
    throw new UsageError(`soak ${name}: wanted one of ${listSoaks().join(", ")}`);
  }
  return (require(path.join(__dirname, name)) as { soak: SoakDefinition }).soak;
}
