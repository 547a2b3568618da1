import * as fs from "node:fs";
import * as path from "node:path";
import { loadSite, NotFoundError, systemClock } from "@fogwot/core";
import type { Output } from "../cli/output";
import { lastLines, logFiles } from "./logs";
import { siteDirectory } from "./state-directory";

export interface ShowLogsOptions {
  readonly siteFile: string;
  /** One process; all without it. */
  readonly process?: string;
  readonly lines: number;
  readonly follow: boolean;
}

const POLL_MS = 250;
const LEVELS: Readonly<Record<number, string>> = {
  10: "trace",
  20: "debug",
  30: "info",
  40: "warn",
  50: "error",
  60: "fatal",
};

/**
 * Prints the logs of a site, running or not: readable on stdout, as they are with `--json` (one
 * JSON object `{process, line}` per line, and `{files}` as the last).
 * @throws NotFoundError when the named process has no log
 */
export async function showLogs(
  options: ShowLogsOptions,
  output: Output,
  signal: AbortSignal,
): Promise<void> {
  const folder = path.join(
    siteDirectory(options.siteFile, loadSite(options.siteFile).site),
    "logs",
  );
  const names = logFiles(folder).filter(
    (name) => options.process === undefined || name === `${options.process}.log`,
  );
  if (names.length === 0) {
    throw new NotFoundError(`log of ${options.process ?? "any process"} in ${folder}`);
  }
  const print = (name: string, line: string): void => {
    const process = name.slice(0, -".log".length);
    if (output.isJson) output.announce(JSON.stringify({ process, line: parsed(line) }));
    else output.line(`${process.padEnd(10)} ${readable(line)}`);
  };
  for (const name of names) {
    for (const line of lastLines(path.join(folder, name), options.lines)) print(name, line);
  }
  if (options.follow) await follow(folder, names, print, signal);
  output.result({ files: names.map((name) => path.join(folder, name)) });
}

async function follow(
  folder: string,
  names: readonly string[],
  print: (name: string, line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const read = new Map(names.map((name) => [name, sizeOf(path.join(folder, name))]));
  const rest = new Map<string, string>();
  while (!signal.aborted) {
    for (const name of names) {
      const file = path.join(folder, name);
      const size = sizeOf(file);
      // A smaller file is a new one, after a rotation.
      const from = size < (read.get(name) ?? 0) ? 0 : (read.get(name) ?? 0);
      if (size === from) continue;
      const lines = `${rest.get(name) ?? ""}${readRange(file, from, size)}`.split("\n");
      rest.set(name, lines.pop() ?? "");
      read.set(name, size);
      for (const line of lines) print(name, line);
    }
    await systemClock.sleep(POLL_MS);
  }
}

function sizeOf(file: string): number {
  return fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function readRange(file: string, from: number, to: number): string {
  const handle = fs.openSync(file, "r");
  try {
    const buffer = Buffer.alloc(to - from);
    const count = fs.readSync(handle, buffer, 0, buffer.length, from);
    return buffer.toString("utf8", 0, count);
  } finally {
    fs.closeSync(handle);
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // A library's own line on stderr.
    return line;
  }
}

/** A pino line as a person reads it; any other line as it is. */
function readable(line: string): string {
  const entry = parsed(line);
  if (typeof entry !== "object" || entry === null) return line;
  const { time, level, name, msg, pid: _pid, err, ...fields } = entry as Record<string, unknown>;
  if (typeof time !== "number") return line;
  const facts = Object.entries(fields).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  const cause = (err as { message?: string } | undefined)?.message;
  return [
    new Date(time).toISOString(),
    (LEVELS[level as number] ?? String(level)).padEnd(5),
    String(name ?? ""),
    String(msg ?? ""),
    ...facts,
    ...(cause ? [`because: ${cause}`] : []),
  ].join(" ");
}
