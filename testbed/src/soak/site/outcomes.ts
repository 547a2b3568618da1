import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import type { LivingSite } from "./living-site";

/** What is needed of one exported row. */
export interface ExportedRow {
  readonly run: string;
  readonly slot: number;
  readonly k: number;
  readonly device: string;
  readonly ok: boolean;
  readonly error: string;
  /** The whole line, for comparison. */
  readonly line: string;
}

/** Streams the export of every outcome that the site's store holds. */
export async function* exportedRows(site: LivingSite): AsyncGenerator<ExportedRow> {
  const response = await site.server.open("GET", "/api/outcomes?format=csv");
  const body = Readable.fromWeb((response.body ?? new Blob([]).stream()) as ReadableStream);
  let columns: string[] | undefined;
  for await (const line of createInterface({ input: body })) {
    if (columns) yield rowOf(columns, line);
    else columns = line.split(",");
  }
}

/** No column of an outcome holds a comma. */
function rowOf(columns: readonly string[], line: string): ExportedRow {
  const cells = line.split(",");
  const cell = (name: string): string => cells[columns.indexOf(name)] ?? "";
  return {
    run: cell("run"),
    slot: Number(cell("slot")),
    k: Number(cell("k")),
    device: cell("device"),
    ok: cell("ok") === "true",
    error: cell("error"),
    line,
  };
}
