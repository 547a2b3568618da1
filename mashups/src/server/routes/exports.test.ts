import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { OverloadedError, silentLogger } from "@fogwot/core";
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import type { FastifyInstance } from "fastify";
import { MemoryStore, type OutcomeRow } from "../../store";
import { sampleOutcomes } from "../../store/test/sample-rows";
import { createHttpApp } from "../http/http-app";
import { call } from "../test/http-client";
import { addExportRoutes } from "./exports";

let folder: string;
let app: FastifyInstance;
let store: MemoryStore;

beforeEach(async () => {
  folder = await fs.mkdtemp(path.join(os.tmpdir(), "fogwot-exports-"));
  app = createHttpApp({ log: silentLogger });
  store = new MemoryStore();
  addExportRoutes(app, {
    store,
    protect: () => async () => undefined,
    site: "factory",
    run: "run-a",
    temporaryDirectory: folder,
  });
});
afterEach(async () => {
  await app.close();
  await store.close();
  await fs.rm(folder, { recursive: true, force: true });
});

it("exports what was appended a moment ago, although no flush was due", async () => {
  const slow = new MemoryStore({ flushMs: 3_600_000 });
  const late = createHttpApp({ log: silentLogger });
  const options = {
    protect: () => async () => undefined,
    site: "x",
    run: "r",
    temporaryDirectory: "",
  };
  addExportRoutes(late, { store: slow, ...options });
  const appended = slow.append(sampleOutcomes(3));
  expect((await call(late, "/api/outcomes?format=json")).json<unknown[]>()).toEqual(
    sampleOutcomes(3),
  );
  await appended;
  await late.close();
  await slow.close();
});

it("answers an empty export with a header, or an empty array", async () => {
  expect((await call(app, "/api/readings")).body).toBe("timestamp_ms,device,quantity,value\n");
  expect((await call(app, "/api/outcomes?format=json")).json<unknown[]>()).toEqual([]);
  expect((await call(app, "/api/events")).json<unknown[]>()).toEqual([]);
});

it("answers problem details when the store refuses before the first row", async () => {
  store.outcomes = async function* (): AsyncGenerator<OutcomeRow> {
    yield* [];
    throw new OverloadedError("16 queries of the store are running");
  };
  const answer = await call(app, "/api/outcomes?format=csv");
  expect([answer.status, answer.json()]).toMatchObject([503, { code: "OVERLOADED" }]);
  expect(answer.headers.get("content-disposition")).toBeNull();
});

it("breaks the connection off when the store fails in mid-export, so that nobody takes a part for the whole", async () => {
  store.outcomes = async function* (): AsyncGenerator<OutcomeRow> {
    yield* sampleOutcomes(2000);
    throw new RangeError("the disk is gone");
  };
  await expect(call(app, "/api/outcomes?format=csv")).rejects.toThrow();
});

it("lets go of the query when the client goes away", async () => {
  let isReleased: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    isReleased = resolve;
  });
  store.outcomes = async function* (): AsyncGenerator<OutcomeRow> {
    try {
      for (;;) yield* sampleOutcomes(2000);
    } finally {
      isReleased();
    }
  };
  const base = await app.listen({ host: "127.0.0.1", port: 0 });
  const leaving = new AbortController();
  const response = await fetch(`${base}/api/outcomes`, { signal: leaving.signal });
  await response.body?.getReader().read();
  leaving.abort();
  await released;
});

it("says that a store in memory has no Parquet, and leaves no file", async () => {
  const answer = await call(app, "/api/outcomes?format=parquet");
  expect([answer.status, answer.json()]).toMatchObject([501, { code: "EXPORT_UNSUPPORTED" }]);
  expect(await fs.readdir(folder)).toEqual([]);
});

it("takes times as ms or as RFC 3339, first included, last not", async () => {
  await store.append(sampleOutcomes(10));
  const from = new Date(1_780_000_002_000).toISOString();
  const answer = await call(app, `/api/outcomes?format=json&from=${from}&to=1780000004000`);
  expect(answer.json<OutcomeRow[]>().map((row) => row.slot)).toEqual([3, 4]);
});
