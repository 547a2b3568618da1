import * as fs from "node:fs";
import * as path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import type { Output } from "../cli/output";
import { SiteNotRunningError, UsageError } from "../errors";
import { attachSite } from "./attach";

export interface ExportOptions {
  readonly csv?: string | true;
  readonly parquet?: string | true;
  readonly out?: string;
  readonly readings?: true;
  readonly run?: string;
  readonly from?: string;
  readonly to?: string;
}

export interface ExportRequest {
  readonly format: "csv" | "parquet";
  /** Null: to stdout. */
  readonly file: string | null;
  readonly query: string;
}

export interface Exported {
  readonly file: string | null;
  readonly format: string;
  readonly bytes: number;
}

/** What the options ask for. @throws UsageError */
export function exportRequest(options: ExportOptions, output: Output): ExportRequest {
  if (options.csv !== undefined && options.parquet !== undefined) {
    throw new UsageError("export: wanted one of --csv and --parquet");
  }
  const named = [options.csv, options.parquet, options.out].find((one) => typeof one === "string");
  const file = typeof named === "string" ? path.resolve(named) : null;
  const format = options.parquet !== undefined || file?.endsWith(".parquet") ? "parquet" : "csv";
  if (file === null && (output.isJson || (format === "parquet" && output.isTerminal))) {
    throw new UsageError(`export: wanted a file, such as --out outcomes.${format}`);
  }
  const query = new URLSearchParams({ format });
  if (options.run !== undefined) query.set("run", options.run);
  for (const name of ["from", "to"] as const) {
    const time = options[name];
    if (time !== undefined) query.set(name, String(timestampMs(name, time)));
  }
  return { format, file, query: `/api/${options.readings ? "readings" : "outcomes"}?${query}` };
}

/** Asks the running server, the only one that may open the store. @throws SiteNotRunningError, ControlError */
export async function exportRows(
  siteFile: string,
  { format, file, query }: ExportRequest,
  output: Output,
  signal: AbortSignal,
): Promise<Exported> {
  const { server } = await attachSite(siteFile);
  if (!server) throw new SiteNotRunningError(`${siteFile} --only server`);
  const response = await server.open("GET", query);
  const body = Readable.fromWeb((response.body ?? new Blob([]).stream()) as ReadableStream);
  let bytes = 0;
  body.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    output.progress(`${bytes} bytes`);
  });
  // stdout stays open for what follows; a file is written beside its name and moved there whole.
  if (file === null) await pipeline(body, process.stdout, { signal, end: false });
  else {
    const draft = `${file}.${process.pid}.part`;
    fs.mkdirSync(path.dirname(file), { recursive: true });
    try {
      await pipeline(body, fs.createWriteStream(draft), { signal });
      fs.renameSync(draft, file);
    } finally {
      fs.rmSync(draft, { force: true });
    }
  }
  output.endProgress();
  return { file, format, bytes };
}

function timestampMs(name: string, text: string): number {
  const timeMs = Date.parse(text);
  if (Number.isNaN(timeMs)) throw new UsageError(`--${name} ${text}: wanted an ISO 8601 time`);
  return timeMs;
}
