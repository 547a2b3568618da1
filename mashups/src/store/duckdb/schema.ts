import type { DuckDBConnection } from "@duckdb/node-api";
import { type Column, eventColumns, outcomeColumns, readingColumns } from "../columns";
import { StoreCorruptError, StoreVersionError } from "../errors";

/** One step of the schema's history: the statements that lead from the version before to this. */
export interface Migration {
  /** 1, 2, 3 … without a gap. */
  readonly version: number;
  readonly statements: readonly string[];
}

export const sqlTypes = {
  text: "VARCHAR",
  integer: "INTEGER",
  bigint: "BIGINT",
  double: "DOUBLE",
  boolean: "BOOLEAN",
} as const;

function createTable<Row>(table: string, columns: readonly Column<Row>[]): string {
  const lines = columns.map(
    (column) => `"${column.name}" ${sqlTypes[column.type]}${column.nullable ? "" : " NOT NULL"}`,
  );
  return `CREATE TABLE ${table} (${lines.join(", ")})`;
}

/** Append to this list; never change an entry that a release has shipped. */
export const migrations: readonly Migration[] = [
  {
    version: 1,
    statements: [
      createTable("outcomes", outcomeColumns),
      createTable("readings", readingColumns),
      createTable("events", eventColumns),
    ],
  },
];

/**
 * Brings the file to the newest schema, each version in a transaction of its own.
 *
 * @throws StoreVersionError the file comes from a newer program
 */
export async function migrate(
  connection: DuckDBConnection,
  file: string,
  steps: readonly Migration[] = migrations,
): Promise<void> {
  const known = steps.at(-1)?.version ?? 0;
  const found = await readVersion(connection, file);
  if (found > known) throw new StoreVersionError(file, found, known);
  for (const step of steps.filter((candidate) => candidate.version > found)) {
    await connection.run("BEGIN");
    try {
      for (const statement of step.statements) await connection.run(statement);
      await connection.run(`INSERT INTO schema_version VALUES (${step.version}, now())`);
      await connection.run("COMMIT");
    } catch (thrown) {
      await connection.run("ROLLBACK");
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      throw new StoreCorruptError(file, `schema version ${step.version} failed: ${reason}`, {
        cause: thrown,
      });
    }
  }
}

async function readVersion(connection: DuckDBConnection, file: string): Promise<number> {
  const tables = await connection.runAndReadAll("SELECT table_name FROM duckdb_tables()");
  const names = tables.getRowsJS().map(([name]) => String(name));
  if (!names.includes("schema_version")) {
    if (names.length > 0) {
      throw new StoreCorruptError(
        file,
        `a database of another program (tables ${names.join(", ")})`,
      );
    }
    await connection.run(
      "CREATE TABLE schema_version (version INTEGER NOT NULL, applied_at TIMESTAMPTZ NOT NULL)",
    );
    return 0;
  }
  const reader = await connection.runAndReadAll("SELECT max(version) FROM schema_version");
  return Number(reader.getRowsJS()[0]?.[0] ?? 0);
}
