import * as fs from "node:fs";
import * as path from "node:path";
import { withFileLock } from "../files/file-lock";
import { isAlive, startTicks } from "../files/process-table";
import type { RunInfo } from "./run-info";

/** What runs: the whole site, or the part that `up --only` named. */
export type Scope = string;
export const WHOLE_SITE: Scope = "site";

/** The run file of one scope, in the site's state folder. */
export function runFile(directory: string, scope: Scope): string {
  return path.join(directory, scope === WHOLE_SITE ? "run.json" : `run-${scope}.json`);
}

const LOCK_LIMIT_MS = 10_000;

/**
 * Takes the run file for this process, or tells who runs the site already: the whole of it and a
 * part of it exclude each other, two different parts do not.
 * @returns undefined when it is ours now, else the living owner's
 */
export function claimRunFile(directory: string, info: RunInfo): Promise<RunInfo | undefined> {
  return withFileLock(path.join(directory, ".lock"), LOCK_LIMIT_MS, async () => {
    const owner = livingRuns(directory).find(
      ({ scope }) => scope === info.scope || scope === WHOLE_SITE || info.scope === WHOLE_SITE,
    );
    if (!owner) updateRunFile(directory, info);
    return owner;
  });
}

/** Replaces our own run file at once, so that a reader never sees half of it. */
export function updateRunFile(directory: string, info: RunInfo): void {
  const file = runFile(directory, info.scope);
  const draft = `${file}.${process.pid}.new`;
  fs.writeFileSync(draft, serialize(info), { mode: 0o600 });
  fs.renameSync(draft, file);
}

export function dropRunFile(directory: string, scope: Scope): void {
  fs.rmSync(runFile(directory, scope), { force: true });
}

/** Every living run of the site, whole or in parts. A stale file is passed over. */
export function livingRuns(directory: string): RunInfo[] {
  const runs: RunInfo[] = [];
  for (const name of list(directory)) {
    if (!/^run(-[a-z0-9-]+)?\.json$/.test(name)) continue;
    const info = readRunFile(path.join(directory, name));
    if (!info) continue;
    if (isRunning(info)) runs.push(info);
    else cleanUpAfter(info);
  }
  return runs;
}

/** Whether the process that wrote the file is the one that has its pid now. */
export function isRunning(info: RunInfo): boolean {
  return isAlive(info.pid, info.startTicks);
}

/** Identity of this process for a run file. */
export function ownProcess(): { pid: number; startTicks: string | null } {
  return { pid: process.pid, startTicks: startTicks(process.pid) };
}

function readRunFile(file: string): RunInfo | undefined {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8")) as RunInfo;
  } catch {
    // Gone meanwhile, or cut off by a full disk: in both cases no living run's.
    return undefined;
  }
}

/** A killed `up` could not remove its socket folder: whoever finds its run file does. */
function cleanUpAfter(dead: RunInfo): void {
  fs.rmSync(dead.runDirectory, { recursive: true, force: true });
}

function list(directory: string): string[] {
  try {
    return fs.readdirSync(directory);
  } catch {
    // No folder: the site has never run.
    return [];
  }
}

function serialize(info: RunInfo): string {
  return `${JSON.stringify(info, null, 2)}\n`;
}
