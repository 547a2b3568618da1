import { randomUUID } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply } from "fastify";
import { outcomesToCsv, readingsToCsv, type Store } from "../../store";
import { exporting, type Protect, reading } from "../http/protection";
import { parseRangeQuery, type RangeParameter } from "../http/query";

export interface ExportRoutesOptions {
  readonly store: Store;
  readonly protect: Protect;
  readonly site: string;
  readonly run: string;
  /** Where Parquet files are made before they are sent; emptied at the start. */
  readonly temporaryDirectory: string;
}

const formats = ["csv", "parquet", "json"] as const;
const outcomeParameters: readonly RangeParameter[] = [
  "run",
  "policy",
  "device",
  "from",
  "to",
  "fromSlot",
  "toSlot",
  "limit",
];
const readingParameters: readonly RangeParameter[] = ["device", "quantity", "from", "to", "limit"];
const eventParameters: readonly RangeParameter[] = ["run", "from", "to", "limit"];

/** Rows in pieces of text: small enough for many exports at once, large enough for few calls. */
const rowsPerPiece = 256;

/**
 * `GET /api/outcomes`, `/api/readings`, `/api/events`, `/api/runs`: everything appended up to the
 * call, streamed, so that an export of any size takes the same memory.
 */
export function addExportRoutes(app: FastifyInstance, options: ExportRoutesOptions): void {
  const { store, protect, site, run } = options;
  const route = { onRequest: protect(exporting), exposeHeadRoute: false };

  app.get("/api/outcomes", route, async ({ query }, reply) => {
    const { range, format } = parseRangeQuery(query, {
      allowed: outcomeParameters,
      currentRun: run,
      formats,
    });
    await store.flush();
    if (format === "parquet") {
      return sendParquet(reply, options, "outcomes", (file) =>
        store.exportParquet(file, "outcomes", range),
      );
    }
    const rows = store.outcomes(range);
    return format === "csv"
      ? sendText(reply, outcomesToCsv(rows), "csv", `${site}-outcomes.csv`)
      : sendText(reply, toJsonArray(rows), "json");
  });

  app.get("/api/readings", route, async ({ query }, reply) => {
    const { range, format } = parseRangeQuery(query, {
      allowed: readingParameters,
      currentRun: run,
      formats,
    });
    await store.flush();
    if (format === "parquet") {
      return sendParquet(reply, options, "readings", (file) =>
        store.exportParquet(file, "readings", range),
      );
    }
    const rows = store.readings(range);
    return format === "csv"
      ? sendText(reply, readingsToCsv(rows), "csv", `${site}-readings.csv`)
      : sendText(reply, toJsonArray(rows), "json");
  });

  const history = { onRequest: protect(reading("status")) };
  app.get("/api/events", history, async ({ query }, reply) => {
    const { range } = parseRangeQuery(query, { allowed: eventParameters, currentRun: run });
    await store.flush();
    return sendText(reply, toJsonArray(withParsedDetail(store.events(range))), "json");
  });

  app.get("/api/runs", history, async () => {
    await store.flush();
    return { current: run, runs: await store.runs() };
  });
}

const contentTypes = {
  csv: "text/csv; charset=utf-8; header=present",
  json: "application/json; charset=utf-8",
} as const;

function sendText(
  reply: FastifyReply,
  pieces: AsyncIterable<string>,
  type: keyof typeof contentTypes,
  fileName?: string,
): FastifyReply {
  reply.type(contentTypes[type]);
  if (fileName) reply.header("content-disposition", `attachment; filename="${fileName}"`);
  return reply.send(Readable.from(pieces, { objectMode: false }));
}

async function sendParquet(
  reply: FastifyReply,
  { site, temporaryDirectory }: ExportRoutesOptions,
  table: string,
  write: (file: string) => Promise<void>,
): Promise<FastifyReply> {
  const file = path.join(temporaryDirectory, `${table}-${randomUUID()}.parquet`);
  try {
    await write(file);
    const handle = await fs.promises.open(file);
    const { size } = await handle.stat();
    return reply
      .type("application/vnd.apache.parquet")
      .header("content-length", size)
      .header("content-disposition", `attachment; filename="${site}-${table}.parquet"`)
      .send(handle.createReadStream());
  } finally {
    // The open handle keeps the data until it is sent, and nothing stays if the client goes away.
    await fs.promises.rm(file, { force: true });
  }
}

async function* toJsonArray<Row>(rows: AsyncIterable<Row>): AsyncGenerator<string> {
  let piece = "[";
  let count = 0;
  for await (const row of rows) {
    piece += `${count === 0 ? "\n" : ",\n"}${JSON.stringify(row)}`;
    if (++count % rowsPerPiece !== 0) continue;
    yield piece;
    piece = "";
  }
  yield `${piece}\n]\n`;
}

async function* withParsedDetail(events: ReturnType<Store["events"]>) {
  for await (const { detail, ...event } of events) {
    yield { ...event, detail: JSON.parse(detail) as unknown };
  }
}
