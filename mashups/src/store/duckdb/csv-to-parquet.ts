import fs from "node:fs";
import { StoreQueryError } from "../errors";
import { loadDuckDb } from "./engine";
import { sqlTypes } from "./schema";

export interface CsvToParquetOptions {
  readonly csv: string;
  /** Written anew. */
  readonly parquet: string;
  /** Types of the columns, by name, in the file's order. */
  readonly columns: Readonly<Record<string, keyof typeof sqlTypes>>;
  /** Lines before the one that names the columns. @default 0 */
  readonly skipLines?: number;
}

/**
 * Writes a CSV with named columns as Parquet, in the same order of rows; an empty field is null.
 * @throws StoreEngineMissingError, StoreQueryError
 */
export async function csvToParquet(options: CsvToParquetOptions): Promise<void> {
  const { csv, parquet, columns, skipLines = 0 } = options;
  const types = Object.entries(columns).map(([name, type]) => `${text(name)}: '${sqlTypes[type]}'`);
  const unfinished = `${parquet}.${process.pid}.tmp`;
  const duckdb = loadDuckDb();
  const instance = await duckdb.DuckDBInstance.create(":memory:", {
    preserve_insertion_order: "true",
    autoinstall_known_extensions: "false",
    allow_community_extensions: "false",
  });
  try {
    const connection = await instance.connect();
    try {
      await connection.run(
        `COPY (FROM read_csv(${text(csv)}, header = true, skip = ${skipLines}, auto_detect = false,
          delim = ',', quote = '"', escape = '"', nullstr = '', columns = {${types.join(", ")}}))
         TO ${text(unfinished)} (FORMAT parquet, COMPRESSION zstd)`,
      );
    } finally {
      connection.closeSync();
    }
    fs.renameSync(unfinished, parquet);
  } catch (cause) {
    fs.rmSync(unfinished, { force: true });
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StoreQueryError(`${csv} as Parquet: ${reason}`, { cause });
  } finally {
    instance.closeSync();
  }
}

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
