/**
 * The time-series store of a processing server: every getData outcome, every reading, every event.
 *
 * ```ts
 * await using store = …
 * const store = await openDuckDbStore({ file: "state/fogwot.duckdb" });
 * await store.append(rows); // durable from here on, even after kill -9
 * for await (const text of outcomesToCsv(store.outcomes({ run }))) process.stdout.write(text);
 * await store.close();
 * ```
 */
export { type Column, eventColumns, outcomeColumns, readingColumns } from "./columns";
export { csvField, outcomesToCsv, readingsToCsv, toCsv } from "./csv";
export { type CsvToParquetOptions, csvToParquet } from "./duckdb/csv-to-parquet";
export { type DuckDbStoreOptions, openDuckDbStore } from "./duckdb/duckdb-store";
export {
  ExportUnsupportedError,
  StoreClosedError,
  StoreCorruptError,
  StoreEngineMissingError,
  StoreLockedError,
  StoreOpenError,
  StoreQueryError,
  StoreVersionError,
  StoreWriteError,
} from "./errors";
export { MemoryStore } from "./memory-store";
export type { EventRow, OutcomeRow, ReadingRow, RowBatch } from "./rows";
export type {
  DeviceStatistics,
  EventRange,
  ReadingRange,
  RowRange,
  RunSummary,
  Store,
  StoreCounters,
  WindowStatistics,
} from "./store";
