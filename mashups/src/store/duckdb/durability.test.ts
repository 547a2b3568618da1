import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { compiledEntry } from "@fogwot/core";
import { afterAll, beforeAll, expect, it, jest } from "@jest/globals";
import { StoreLockedError } from "../errors";
import { openDuckDbStore } from "./duckdb-store";

jest.setTimeout(120_000);

const rowsPerAppend = 50;
const entry = compiledEntry(path.join(__dirname, "../test/ingest-child.ts"));
const children: ChildProcess[] = [];
let folder: string;
beforeAll(async () => {
  folder = await fs.mkdtemp(path.join(os.tmpdir(), "fogwot-durability-"));
});
afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  await fs.rm(folder, { recursive: true, force: true });
});

function startIngest(file: string): { child: ChildProcess; lines: AsyncIterable<string> } {
  const child = spawn(process.execPath, [entry, file, String(rowsPerAppend)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  if (!child.stdout) throw new TypeError("the child has no standard output");
  return { child, lines: createInterface({ input: child.stdout }) };
}

it("loses none of the rows it acknowledged when it is killed in mid-ingest, five times over", async () => {
  const file = path.join(folder, "killed.duckdb");
  for (let kill = 1; kill <= 5; kill++) {
    const { child, lines } = startIngest(file);
    const acknowledged: number[] = [];
    for await (const line of lines) {
      if (line !== "open") acknowledged.push(Number(line));
      // What still stands in the pipe after the kill was acknowledged too: read on to its end.
      if (acknowledged.length === 40 * kill && !child.killed) child.kill("SIGKILL");
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    expect(child.signalCode).toBe("SIGKILL");
    expect(acknowledged.length).toBeGreaterThanOrEqual(40 * kill);

    const store = await openDuckDbStore({ file });
    const slots = new Map<number, number>();
    for await (const row of store.outcomes()) slots.set(row.slot, (slots.get(row.slot) ?? 0) + 1);
    await store.close();
    for (const last of acknowledged) {
      for (let slot = last - rowsPerAppend + 1; slot <= last; slot++) {
        if (!slots.has(slot)) expect({ kill, slot, stored: false }).toEqual({ stored: true });
      }
    }
    const total = [...slots.values()].reduce((a, b) => a + b, 0);
    // Appends are stored wholly or not at all.
    expect(total % rowsPerAppend).toBe(0);
    await fs.rm(file, { force: true });
  }
});

it("names the process that has the store open", async () => {
  const file = path.join(folder, "locked.duckdb");
  const { child, lines } = startIngest(file);
  const iterator = lines[Symbol.asyncIterator]();
  expect(await iterator.next()).toMatchObject({ value: "open" });
  const refused = openDuckDbStore({ file });
  await expect(refused).rejects.toBeInstanceOf(StoreLockedError);
  await expect(refused).rejects.toMatchObject({
    holderPid: child.pid,
    message: expect.stringContaining("ingest-child"),
  });
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
  await (await openDuckDbStore({ file })).close();
});
