import { closeSync, openSync, readSync } from "node:fs";
import { InputError } from "@fogwot/core";
import type { RunLog } from "../run-log";
import type { WorldDevice } from "../world";
import { COLUMN_NAMES, LogBuilder, type RowColumns } from "./log-builder";

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
export function* readRunLogs(file: string, facts: LogFacts): Generator<RunLog> {
  let columns: RowColumns | undefined;
  let builder: LogBuilder | undefined;
  let number = 0;
  for (const line of linesOf(file)) {
    number++;
    if (line === "" || line.startsWith("#")) continue;
    const fields = fieldsOf(line);
    if (!columns) {
      columns = headerOf(fields, file);
      continue;
    }
    try {
      if (!builder?.fits(fields)) {
        if (builder) yield builder.finish();
        builder = new LogBuilder(columns, fields, facts);
      }
      builder.add(fields);
    } catch (cause) {
      throw new InputError(
        { path: `${file}:${number}`, got: line.slice(0, 120), wanted: "a row of outcomes" },
        { cause },
      );
    }
  }
  if (!columns) throw new InputError({ path: file, got: "no header", wanted: "outcomes as CSV" });
  if (builder) yield builder.finish();
}

const CHUNK_BYTES = 1 << 22;

/** Lines of a file of any size. Synchronous: millions of them cost no turn of the event loop each. */
function* linesOf(file: string): Generator<string> {
  const handle = openSync(file, "r");
  try {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const decoder = new TextDecoder("utf-8");
    let rest = "";
    for (;;) {
      const bytes = readSync(handle, chunk, 0, CHUNK_BYTES, null);
      if (bytes === 0) break;
      const text = rest + decoder.decode(chunk.subarray(0, bytes), { stream: true });
      let from = 0;
      for (let to = text.indexOf("\n"); to >= 0; to = text.indexOf("\n", from)) {
        yield text.charCodeAt(to - 1) === 13 ? text.slice(from, to - 1) : text.slice(from, to);
        from = to + 1;
      }
      rest = text.slice(from);
    }
    if (rest !== "") yield rest;
  } finally {
    closeSync(handle);
  }
}

function headerOf(fields: readonly string[], file: string): RowColumns {
  const missing = NEEDED.filter((name) => !fields.includes(name));
  if (missing.length > 0) {
    const wanted = `columns ${missing.join(", ")}`;
    throw new InputError({ path: file, got: fields.join(","), wanted });
  }
  return Object.fromEntries(
    COLUMN_NAMES.map((name) => [name, fields.indexOf(name)]),
  ) as unknown as RowColumns;
}

/** One CSV record (RFC 4180) without line breaks inside fields. */
function fieldsOf(line: string): string[] {
  if (!line.includes('"')) return line.split(",");
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? "",
  );
}
