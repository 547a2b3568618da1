import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { StoreWriteError } from "../errors";
import { sampleOutcomes, sampleReadings } from "../test/sample-rows";
import { loadDuckDb, openDatabase } from "./engine";
import { migrate, migrations } from "./schema";
import { TransactionWriter } from "./transaction-writer";

let folder: string;
beforeAll(async () => {
  folder = await fs.mkdtemp(path.join(os.tmpdir(), "fogwot-writer-"));
});
afterAll(() => fs.rm(folder, { recursive: true, force: true }));

it("keeps nothing of a batch that fails half way, and stores the next one", async () => {
  const duckdb = loadDuckDb();
  const file = path.join(folder, "writer.duckdb");
  const database = await openDatabase(duckdb, file, { threads: 1, memoryLimitMb: 128 });
  const connection = await database.connect();
  await migrate(connection, file);
  const writer = new TransactionWriter(duckdb, connection);
  const other = await database.connect();
  const count = async () => {
    const reader = await other.runAndReadAll("SELECT count(*) FROM outcomes");
    return Number(reader.getRowsJS()[0]?.[0]);
  };
  const batch = { outcomes: sampleOutcomes(5), readings: sampleReadings(5), events: [] };
  await writer.commit(batch);
  await other.run("ALTER TABLE readings RENAME TO hidden");

  await expect(writer.commit(batch)).rejects.toBeInstanceOf(StoreWriteError);
  await expect(writer.commit(batch)).rejects.toMatchObject({ details: { rows: 10 } });
  expect(await count()).toBe(5);

  await other.run("ALTER TABLE hidden RENAME TO readings");
  await writer.commit(batch);
  expect([await count(), writer.flushes]).toEqual([10, 2]);
  other.closeSync();
  await writer.close();
  database.release();
  expect(migrations.at(-1)?.version).toBe(migrations.length);
});
