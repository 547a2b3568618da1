import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it, jest } from "@jest/globals";
import { StoreCorruptError, StoreEngineMissingError, StoreLockedError } from "../errors";
import type { OutcomeRow } from "../rows";
import { collect, sampleOutcomes, sampleReadings } from "../test/sample-rows";
import { describeStore } from "../test/store-compliance";
import { openDuckDbStore } from "./duckdb-store";
import { loadDuckDb, openDatabase } from "./engine";
import { migrate, migrations } from "./schema";

jest.setTimeout(60_000);

let folder: string;
let files = 0;
beforeAll(async () => {
  folder = await fs.mkdtemp(path.join(os.tmpdir(), "fogwot-store-"));
});
afterAll(() => fs.rm(folder, { recursive: true, force: true }));
const newFile = () => path.join(folder, "deep", `store-${++files}.duckdb`);

describeStore("the DuckDB store", async (options) => ({
  store: await openDuckDbStore({ ...options, file: newFile() }),
  dispose: async () => undefined,
}));

it("keeps its rows, and their count, when it is opened again", async () => {
  const file = newFile();
  const rows = sampleOutcomes(10);
  const first = await openDuckDbStore({ file });
  await first.append(rows, sampleReadings(4));
  await first.close();
  const second = await openDuckDbStore({ file });
  expect(second.counters()).toMatchObject({ rows: 10, readings: 4 });
  expect(await collect(second.outcomes())).toEqual(rows);
  await second.close();
  expect(await fs.readdir(path.dirname(file))).not.toContain(`${path.basename(file)}.wal`);
});

it("gives rows back in the order of appending when they fill several row groups", async () => {
  const store = await openDuckDbStore({ file: newFile(), maxPendingRows: 1_000_000 });
  const part = sampleOutcomes(50_000);
  for (let i = 0; i < 3; i++) {
    await store.append(part.map((row) => ({ ...row, slot: row.slot + i * 50_000 })));
  }
  let expected = 0;
  for await (const row of store.outcomes()) {
    expected++;
    if (row.slot !== expected) expect(row.slot).toBe(expected);
  }
  expect(expected).toBe(150_000);
  await store.close();
});

it("refuses to be opened twice within one process, and keeps the first one's lock", async () => {
  const file = newFile();
  const store = await openDuckDbStore({ file });
  await expect(openDuckDbStore({ file })).rejects.toBeInstanceOf(StoreLockedError);
  const link = `${file}.link`;
  await fs.symlink(file, link);
  await expect(openDuckDbStore({ file: link })).rejects.toBeInstanceOf(StoreLockedError);
  await store.append(sampleOutcomes(1));
  await store.close();
  await (await openDuckDbStore({ file })).close();
});

it("leaves a file that is no store as it is, and says so", async () => {
  const file = path.join(folder, "notes.duckdb");
  const text = "these are notes, not a database\n".repeat(400);
  await fs.writeFile(file, text);
  await expect(openDuckDbStore({ file })).rejects.toBeInstanceOf(StoreCorruptError);
  expect(await fs.readFile(file, "utf8")).toBe(text);
});

it("refuses a database of another program and one of a newer fogwot", async () => {
  const duckdb = loadDuckDb();
  const settings = { threads: 1, memoryLimitMb: 128 };
  const foreign = path.join(folder, "foreign.duckdb");
  const database = await openDatabase(duckdb, foreign, settings);
  const connection = await database.connect();
  await connection.run("CREATE TABLE invoices (id INTEGER)");
  connection.closeSync();
  database.release();
  await expect(openDuckDbStore({ file: foreign })).rejects.toMatchObject({ code: "STORE_CORRUPT" });

  const file = newFile();
  await (await openDuckDbStore({ file })).close();
  const newer = await openDatabase(duckdb, file, settings);
  const writer = await newer.connect();
  await migrate(writer, file, [...migrations, { version: 99, statements: [] }]);
  writer.closeSync();
  newer.release();
  await expect(openDuckDbStore({ file })).rejects.toMatchObject({
    code: "STORE_VERSION",
    details: { found: 99 },
  });
});

it("brings an older file to the newest schema step by step, or leaves it at the last good one", async () => {
  const file = newFile();
  await (await openDuckDbStore({ file })).close();
  const database = await openDatabase(loadDuckDb(), file, { threads: 1, memoryLimitMb: 128 });
  const connection = await database.connect();
  const steps = [
    ...migrations,
    { version: 2, statements: ["ALTER TABLE readings ADD COLUMN unit VARCHAR"] },
    { version: 3, statements: ["CREATE TABLE extra (x INTEGER)", "THIS IS NOT SQL"] },
  ];
  await expect(migrate(connection, file, steps)).rejects.toMatchObject({ code: "STORE_CORRUPT" });
  const reader = await connection.runAndReadAll(
    `SELECT max(version), (SELECT count(*) FROM duckdb_columns() WHERE column_name = 'unit'),
      (SELECT count(*) FROM duckdb_tables() WHERE table_name = 'extra') FROM schema_version`,
  );
  expect(reader.getRowsJS()[0]?.map(Number)).toEqual([2, 1, 0]);
  connection.closeSync();
  database.release();
});

it("says what to install where the engine is missing", () => {
  const missing = () => {
    throw Object.assign(new TypeError("Cannot find module"), { code: "MODULE_NOT_FOUND" });
  };
  expect(() => loadDuckDb(missing)).toThrow(StoreEngineMissingError);
  expect(() => loadDuckDb(missing)).toThrow(/npm install --include=optional @duckdb\/node-api/);
});

it("writes Parquet that reads back as the same rows", async () => {
  const store = await openDuckDbStore({ file: newFile() });
  const rows = sampleOutcomes(20);
  await store.append([...rows, ...sampleOutcomes(5, { run: "it's other" })]);
  const file = path.join(folder, "it's.parquet");
  await store.exportParquet(file, "outcomes", { run: "run-a" });
  await store.close();
  const duckdb = loadDuckDb();
  const instance = await duckdb.DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(
    "SELECT slot, rtt_ms, ok, error, timestamp_ms FROM read_parquet($file)",
    { file },
  );
  expect(
    reader.getRowsJS().map((row) => row.map((v) => (typeof v === "bigint" ? Number(v) : v))),
  ).toEqual(
    rows.map((row: OutcomeRow) => [row.slot, row.rttMs, row.ok, row.error, row.timestampMs]),
  );
  connection.closeSync();
  instance.closeSync();
});

it("commits while an export stands still, however much is written meanwhile", async () => {
  const store = await openDuckDbStore({ file: newFile(), maxPendingRows: 1_000_000 });
  await store.append(sampleOutcomes(10_000));
  const stalled = store.outcomes()[Symbol.asyncIterator]();
  await stalled.next();
  const part = sampleOutcomes(20_000);
  for (let i = 0; i < 10; i++) await store.append(part);
  let seen = 1;
  while (!(await stalled.next()).done) seen++;
  expect(seen).toBe(10_000);
  await store.close();
});
