import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import type { Answer, Step } from "./engine";
import type { Traffic } from "./traffic";
import type { CreateTwin } from "./twin";

const FOLDER = path.join(__dirname, "..", "..", "processors");

/** Those that have a `test/traffic.ts`. */
export function processorNames(): string[] {
  return readdirSync(FOLDER).filter((name) =>
    existsSync(path.join(FOLDER, name, "test", "traffic.ts")),
  );
}

export function trafficOf(name: string): Traffic {
  return (require(path.join(FOLDER, name, "test", "traffic")) as { traffic: Traffic }).traffic;
}

export function twinOf(name: string): CreateTwin {
  return (require(path.join(FOLDER, name, "twin")) as { createTwin: CreateTwin }).createTwin;
}

/** Where two runs differ first, for people. */
export function firstDifference(
  steps: readonly Step[],
  a: readonly Answer[],
  b: readonly Answer[],
): string | null {
  const plain = (answer: Answer | undefined): string =>
    `${answer?.code} ${Buffer.from(answer?.bytes ?? []).toString("hex")} ${JSON.stringify(answer?.sent)}`;
  const at = steps.findIndex((_, i) => plain(a[i]) !== plain(b[i]));
  return at < 0
    ? null
    : `step ${at} ${JSON.stringify(steps[at])}: ${plain(a[at])} | ${plain(b[at])}`;
}
