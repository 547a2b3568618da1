import * as fs from "node:fs";

/** One process as /proc tells it. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parentPid: number;
  readonly command: string;
}

const STATE_FIELD = 0;
const PARENT_FIELD = 1;
const USER_FIELD = 11;
const SYSTEM_FIELD = 12;
const START_FIELD = 19;
/** USER_HZ: what Linux reports in, whatever the kernel ticks at. */
const TICKS_PER_SECOND = 100;

/**
 * When a process started, in ticks since boot: tells a process from a later one with the same pid.
 * Null where there is no such process, or no /proc.
 */
export function startTicks(pid: number): string | null {
  return statFields(pid)?.[START_FIELD] ?? null;
}

/** Whether the process runs (a zombie does not), and is the one that started at `ticks`. */
export function isAlive(pid: number, ticks: string | null = null): boolean {
  const fields = statFields(pid);
  if (fields)
    return fields[STATE_FIELD] !== "Z" && (ticks === null || fields[START_FIELD] === ticks);
  if (fs.existsSync("/proc/self/stat")) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Every living process below `pid`, children first. */
export function descendantsOf(pid: number): ProcessEntry[] {
  const all = processes();
  const found: ProcessEntry[] = [];
  let parents = new Set([pid]);
  while (parents.size > 0) {
    const next = all.filter((entry) => parents.has(entry.parentPid));
    found.push(...next);
    parents = new Set(next.map((entry) => entry.pid));
  }
  return found;
}

/** Every living process whose environment holds `name=value`: whatever its parents were. */
export function processesMarked(name: string, value: string): ProcessEntry[] {
  const mark = `${name}=${value}`;
  return processes().filter((entry) => readText(entry.pid, "environ").split("\0").includes(mark));
}

/** Processor time used so far, in seconds; null where the process is gone. */
export function cpuSeconds(pid: number): number | null {
  const fields = statFields(pid);
  if (!fields) return null;
  return (Number(fields[USER_FIELD]) + Number(fields[SYSTEM_FIELD])) / TICKS_PER_SECOND;
}

/** Resident memory in bytes; null where the process is gone. */
export function residentBytes(pid: number): number | null {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readText(pid, "status"))?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}

function processes(): ProcessEntry[] {
  const found: ProcessEntry[] = [];
  for (const name of listProc()) {
    const pid = Number(name);
    const fields = Number.isInteger(pid) ? statFields(pid) : undefined;
    if (!fields || fields[STATE_FIELD] === "Z") continue;
    const command = readText(pid, "cmdline").split("\0").join(" ").trim();
    found.push({ pid, parentPid: Number(fields[PARENT_FIELD]), command });
  }
  return found;
}

function listProc(): string[] {
  try {
    return fs.readdirSync("/proc");
  } catch {
    // No /proc (not Linux): nothing can be told about other processes.
    return [];
  }
}

/** The fields after the command of /proc/<pid>/stat; the command itself may hold spaces. */
function statFields(pid: number): string[] | undefined {
  const text = readText(pid, "stat");
  const end = text.lastIndexOf(")");
  return end < 0 ? undefined : text.slice(end + 2).split(" ");
}

function readText(pid: number, file: string): string {
  try {
    return fs.readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    // The process ended between the listing and the look, or belongs to another user.
    return "";
  }
}
