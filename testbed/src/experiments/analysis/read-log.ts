import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { InputError } from "@fogwot/core";
import type { RunLog } from "../run-log";
import type { WorldDevice } from "../world";
import { LogBuilder } from "./log-builder";

export interface LogFacts {
  readonly timeoutMs: number;
  readonly intervalMs: number;
  /** In the world's order; without them devices are numbered as they first appear. */
  readonly devices?: readonly WorldDevice[];
}

const NEEDED = ["policy", "slot", "device", "ok", "rtt_ms"] as const;

/**
 * Reads the outcomes of an experiment (`outcomes.csv`) or of a live run (`fogwot export --csv`) run
 * by run, never more than one in memory. Rows of a run stand together; comment lines start with #.
 * @throws InputError with the line of what cannot be read
 */
export async function* readRunLogs(file: string, facts: LogFacts): AsyncGenerator<RunLog> {
  const lines = createInterface({
    input: createReadStream(file, { highWaterMark: 1 << 20 }),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  let columns: Map<string, number> | undefined;
  let builder: LogBuilder | undefined;
  let number = 0;
  for await (const line of lines) {
    number++;
    if (line === "" || line.startsWith("#")) continue;
    const fields = fieldsOf(line);
    if (!columns) {
      columns = headerOf(fields, file);
      continue;
    }
    const at = columns;
    const row = (name: string): string => fields[at.get(name) ?? -1] ?? "";
    try {
      if (!builder?.fits(row)) {
        if (builder) yield builder.finish();
        builder = new LogBuilder(row, facts);
      }
      builder.add(row);
    } catch (cause) {
      throw new InputError(
        { path: `${file}:${number}`, got: line.slice(0, 120), wanted: "a row of outcomes" },
        { cause },
      );
    }
  }
  if (builder) yield builder.finish();
}

function headerOf(fields: readonly string[], file: string): Map<string, number> {
  const columns = new Map(fields.map((name, index) => [name, index]));
  const missing = NEEDED.filter((name) => !columns.has(name));
  if (missing.length === 0) return columns;
  throw new InputError({
    path: file,
    got: fields.join(","),
    wanted: `columns ${missing.join(", ")}`,
  });
}

/** One CSV record (RFC 4180) without line breaks inside fields. */
function fieldsOf(line: string): string[] {
  if (!line.includes('"')) return line.split(",");
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? "",
  );
}
