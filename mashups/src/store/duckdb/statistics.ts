import type { DuckDBConnection } from "@duckdb/node-api";
import { outcomeColumns, readingColumns } from "../columns";
import type {
  DeviceStatistics,
  ReadingRange,
  RowRange,
  RunSummary,
  WindowStatistics,
} from "../store";
import { type Filter, filterOf, readAll, selectList } from "./query";

const figures = `count(DISTINCT (run, slot)) AS slots, count(*) AS requests,
  count(*) FILTER (WHERE ok) AS successes, avg(rtt_ms) FILTER (WHERE ok) AS "rttMs"`;

/** The rows of a range, cut to the last slots of it where wanted. */
function source(filter: Filter, lastSlots: number | undefined): string {
  const rows = `SELECT * FROM outcomes ${filter.where} ${filter.limit}`;
  if (lastSlots === undefined) return `WITH chosen AS (${rows})`;
  return `WITH ranged AS (${rows}), chosen AS (SELECT * FROM ranged
    WHERE slot > (SELECT max(slot) FROM ranged) - ${Math.trunc(lastSlots)})`;
}

export async function windowStatistics(
  connection: DuckDBConnection,
  range: RowRange,
  lastSlots: number | undefined,
): Promise<WindowStatistics> {
  const filter = filterOf(range);
  const sql = `${source(filter, lastSlots)} SELECT ${figures} FROM chosen`;
  const [row = {}] = await readAll(connection, sql, filter.values);
  return toStatistics(row);
}

export async function deviceStatistics(
  connection: DuckDBConnection,
  range: RowRange,
  lastSlots: number | undefined,
): Promise<DeviceStatistics[]> {
  const filter = filterOf(range);
  const rows = await readAll(
    connection,
    `${source(filter, lastSlots)} SELECT device, any_value(wsn) AS wsn, ${figures}
      FROM chosen GROUP BY device ORDER BY device`,
    filter.values,
  );
  return rows.map((row) => ({
    device: String(row.device),
    wsn: String(row.wsn),
    ...toStatistics(row),
  }));
}

export async function listRuns(connection: DuckDBConnection): Promise<RunSummary[]> {
  const rows = await readAll(
    connection,
    `SELECT run, list_sort(list(DISTINCT policy)) AS policies, count(*) AS "rows",
      min(slot) AS "firstSlot", max(slot) AS "lastSlot",
      min(timestamp_ms) AS "firstMs", max(timestamp_ms) AS "lastMs"
      FROM outcomes GROUP BY run ORDER BY "firstMs", run`,
  );
  return rows.map((row) => ({
    run: String(row.run),
    policies: row.policies as string[],
    rows: Number(row.rows),
    firstSlot: Number(row.firstSlot),
    lastSlot: Number(row.lastSlot),
    firstMs: Number(row.firstMs),
    lastMs: Number(row.lastMs),
  }));
}

/** The engine writes the file itself, on its own threads. */
export async function copyToParquet(
  connection: DuckDBConnection,
  file: string,
  table: "outcomes" | "readings",
  range: RowRange & ReadingRange,
): Promise<void> {
  const columns = table === "outcomes" ? selectList(outcomeColumns) : selectList(readingColumns);
  const { where, values, limit } = filterOf(range);
  await readAll(
    connection,
    `COPY (SELECT ${columns} FROM ${table} ${where} ${limit})
      TO '${file.replaceAll("'", "''")}' (FORMAT parquet, COMPRESSION zstd)`,
    values,
  );
}

function toStatistics(row: Record<string, unknown>): WindowStatistics {
  const requests = Number(row.requests ?? 0);
  const successes = Number(row.successes ?? 0);
  return {
    slots: Number(row.slots ?? 0),
    requests,
    successes,
    rttMs: typeof row.rttMs === "number" ? row.rttMs : null,
    pdr: requests > 0 ? successes / requests : null,
  };
}
