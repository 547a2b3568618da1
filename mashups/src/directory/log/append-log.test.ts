import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { OverloadedError } from "@fogwot/core";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { AppendLog } from "./append-log";

let folder: string;
beforeAll(async () => {
  folder = await fs.mkdtemp(path.join(os.tmpdir(), "fogwot-log-"));
});
afterAll(() => fs.rm(folder, { recursive: true, force: true }));

async function linesOf(file: string): Promise<string[]> {
  const lines: string[] = [];
  const log = new AppendLog({ file, snapshot: () => [] });
  await log.open((line) => lines.push(line));
  await log.close();
  return lines;
}

it("acknowledges lines in their order, many with one write", async () => {
  const file = path.join(folder, "order");
  const log = new AppendLog({ file, snapshot: () => ["snapshot"] });
  const done: number[] = [];
  await log.append("first");
  const appends = Array.from({ length: 100 }, (_, i) =>
    log.append(`${i}`).then(() => done.push(i)),
  );
  await Promise.all(appends);
  expect(done).toEqual(Array.from({ length: 100 }, (_, i) => i));
  await log.close();
  expect(await linesOf(file)).toEqual(["snapshot", ...done.map(String)]);
});

it("refuses lines beyond the limit of what may wait, and is whole again with the next write", async () => {
  const file = path.join(folder, "pending");
  const state: string[] = [];
  const log = new AppendLog({ file, snapshot: () => [...state], maxPendingBytes: 100 });
  const append = (line: string) => {
    state.push(line);
    return log.append(line);
  };
  const outcomes = await Promise.allSettled(
    Array.from({ length: 20 }, (_, i) => append(`${i}`.padStart(10, "0"))),
  );
  const refused = outcomes.filter(({ status }) => status === "rejected");
  expect(refused).toHaveLength(10);
  for (const outcome of refused) {
    expect(outcome.status === "rejected" && outcome.reason).toBeInstanceOf(OverloadedError);
  }
  await append("last");
  await log.close();
  expect(await linesOf(file)).toEqual(state);
});

it("takes lines of any length and any letters, wherever the reads of the file cut them", async () => {
  const file = path.join(folder, "letters");
  const lines = Array.from({ length: 50 }, (_, i) => `${i}${"grün 😀 ".repeat(i * 800)}`);
  const log = new AppendLog({ file, snapshot: () => lines });
  await log.append("x");
  await log.close();
  expect((await fs.stat(file)).size).toBeGreaterThan(8 * 1024 * 1024);
  expect(await linesOf(file)).toEqual(lines);
});

it("goes on appending while it is rewritten, and loses nothing of either", async () => {
  const file = path.join(folder, "rewrite");
  const state: string[] = [];
  const log = new AppendLog({ file, snapshot: () => [...state], minRewriteBytes: 1000 });
  for (let round = 0; round < 60; round++) {
    const line = `${round}`.padStart(400, "0");
    state.push(line);
    const written = log.append(line);
    // Every other one waits; the rest comes while the file is rewritten.
    if (round % 2 === 0) await written;
  }
  await log.close();
  expect([...new Set(await linesOf(file))]).toEqual(state);
});
