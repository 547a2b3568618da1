/**
 * @fogwot/mashups/base: policies and the slot loop without Servient, broker and server, which would
 * cost a thread that only plays policies in virtual time a second of start.
 */
export * from "./policies";
export type {
  Carry,
  PolicyChoice,
  SensedDevice,
  SlotLoopOptions,
  SlotOutcome,
  SlotRequest,
  SlotResult,
  SlotSettings,
  SlotTime,
} from "./sensing/slot";
export { SlotLoop } from "./sensing/slot-loop";
export type { SlotPicks } from "./sensing/slot-picks";
export { csvField } from "./store/csv";
export { type CsvToParquetOptions, csvToParquet } from "./store/duckdb/csv-to-parquet";
export { StoreEngineMissingError } from "./store/errors";
