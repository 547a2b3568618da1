import { OverloadedError, VirtualClock } from "@fogwot/core";
import { expect, it } from "@jest/globals";
import { StoreClosedError, StoreWriteError } from "./errors";
import { countRows, type RowBatch } from "./rows";
import { sampleOutcomes } from "./test/sample-rows";
import { WriteQueue } from "./write-queue";

function batch(rows: number): RowBatch {
  return { outcomes: sampleOutcomes(rows), readings: [], events: [] };
}

function create(overrides: { maxPendingRows?: number } = {}) {
  const clock = new VirtualClock();
  const commits: { atMs: number; rows: number }[] = [];
  const gates: (() => void)[] = [];
  const state = { fail: false, hold: false };
  const queue = new WriteQueue({
    clock,
    flushMs: 250,
    flushRows: 100,
    maxPendingRows: overrides.maxPendingRows ?? 100_000,
    async commit(rows) {
      if (state.hold) await new Promise<void>((resolve) => gates.push(resolve));
      if (state.fail) throw new StoreWriteError(countRows(rows), "disk full");
      commits.push({ atMs: clock.now(), rows: countRows(rows) });
    },
  });
  return { clock, commits, gates, queue, state };
}

it("waits flushMs for company, then commits what has come in one batch", async () => {
  const { clock, commits, queue } = create();
  const first = queue.append(batch(3));
  await clock.advance(200);
  const second = queue.append(batch(4));
  await clock.advance(49);
  expect(commits).toEqual([]);
  await clock.advance(1);
  await Promise.all([first, second]);
  expect(commits).toEqual([{ atMs: 250, rows: 7 }]);
  expect(clock.pending).toBe(0);
});

it("commits at once when enough rows have come", async () => {
  const { clock, commits, queue } = create();
  await Promise.all([queue.append(batch(60)), queue.append(batch(40))]);
  expect(commits).toEqual([{ atMs: 0, rows: 100 }]);
  expect(clock.pending).toBe(0);
});

it("never runs two commits at the same time and collects what comes during one", async () => {
  const { clock, commits, gates, queue, state } = create();
  state.hold = true;
  const first = queue.append(batch(100));
  await clock.advance(0);
  const second = queue.append(batch(100));
  const third = queue.append(batch(150));
  await clock.advance(1000);
  expect(gates).toHaveLength(1);
  state.hold = false;
  gates[0]?.();
  await Promise.all([first, second, third]);
  expect(commits.map((commit) => commit.rows)).toEqual([100, 250]);
});

it("gives rows that came during a commit their own flushMs", async () => {
  const { clock, commits, gates, queue, state } = create();
  state.hold = true;
  const first = queue.append(batch(100));
  await clock.advance(0);
  const second = queue.append(batch(1));
  state.hold = false;
  gates[0]?.();
  await first;
  await clock.advance(250);
  await second;
  expect(commits.map((commit) => commit.rows)).toEqual([100, 1]);
});

it("rejects exactly the appends of a failed commit and goes on", async () => {
  const { commits, queue, state } = create();
  state.fail = true;
  const failed = [queue.append(batch(60)), queue.append(batch(60))];
  const flushed = queue.flush();
  const results = await Promise.allSettled([...failed, flushed]);
  expect(results.map((result) => result.status)).toEqual(["rejected", "rejected", "rejected"]);
  expect(queue.pendingRows).toBe(0);
  state.fail = false;
  await queue.append(batch(100));
  expect(commits).toHaveLength(1);
});

it("splits a long queue into transactions of whole appends", async () => {
  const { commits, queue } = create();
  await Promise.all(Array.from({ length: 5 }, () => queue.append(batch(1500))));
  expect(commits.map((commit) => commit.rows)).toEqual([1500, 3000, 3000]);
});

it("counts rows in flight towards its bound", async () => {
  const { clock, gates, queue, state } = create({ maxPendingRows: 150 });
  state.hold = true;
  const first = queue.append(batch(100));
  await clock.advance(0);
  expect(queue.pendingRows).toBe(100);
  await expect(queue.append(batch(51))).rejects.toBeInstanceOf(OverloadedError);
  const second = queue.append(batch(50));
  state.hold = false;
  gates[0]?.();
  await first;
  await queue.close();
  await second;
  expect(clock.pending).toBe(0);
});

it("closes with everything committed, whatever was in flight, and refuses rows from then on", async () => {
  const { clock, commits, gates, queue, state } = create();
  state.hold = true;
  const first = queue.append(batch(100));
  await clock.advance(0);
  const second = queue.append(batch(5));
  const closed = queue.close();
  await expect(queue.append(batch(1))).rejects.toBeInstanceOf(StoreClosedError);
  state.hold = false;
  gates[0]?.();
  await Promise.all([first, second, closed]);
  expect(commits.map((commit) => commit.rows)).toEqual([100, 5]);
  expect(clock.pending).toBe(0);
});

it("acknowledges an empty append at once", async () => {
  const { clock, commits, queue } = create();
  await queue.append(batch(0));
  expect([commits.length, clock.pending]).toEqual([0, 0]);
});
