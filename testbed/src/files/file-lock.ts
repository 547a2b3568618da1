import * as fs from "node:fs";
import { systemClock, WaitTimeoutError } from "@fogwot/core";
import { isAlive, startTicks } from "./process-table";

const POLL_MS = 50;

interface Owner {
  readonly pid: number;
  readonly startTicks: string | null;
}

/**
 * Runs `work` while this process holds the lock file; others wait. A lock whose owner died is
 * taken over.
 * @throws WaitTimeoutError after `limitMs` of waiting
 */
export async function withFileLock<T>(
  file: string,
  limitMs: number,
  work: () => Promise<T>,
): Promise<T> {
  const deadlineMs = systemClock.monotonicMs() + limitMs;
  while (!tryLock(file)) {
    if (systemClock.monotonicMs() > deadlineMs) throw new WaitTimeoutError(`lock ${file}`, limitMs);
    await systemClock.sleep(POLL_MS);
  }
  try {
    return await work();
  } finally {
    fs.rmSync(file, { force: true });
  }
}

function tryLock(file: string): boolean {
  const owner: Owner = { pid: process.pid, startTicks: startTicks(process.pid) };
  if (createExclusively(file, JSON.stringify(owner))) return true;
  if (!isOwnerDead(file)) return false;
  // Renamed before it is removed: of two that see the same dead owner only one takes its lock away.
  const grave = `${file}.dead.${process.pid}`;
  try {
    fs.renameSync(file, grave);
    fs.rmSync(grave, { force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  return createExclusively(file, JSON.stringify(owner));
}

/** Creates a file with its content at once (mode 0600), or says false when it is there already. */
export function createExclusively(file: string, content: string): boolean {
  const draft = `${file}.${process.pid}.new`;
  fs.writeFileSync(draft, content, { mode: 0o600 });
  try {
    fs.linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

function isOwnerDead(file: string): boolean {
  try {
    const owner = JSON.parse(fs.readFileSync(file, "utf8")) as Owner;
    return !isAlive(owner.pid, owner.startTicks);
  } catch (error) {
    // Released meanwhile; anything that is no lock of ours is left to its owner.
    return (error as NodeJS.ErrnoException).code === "ENOENT";
  }
}
