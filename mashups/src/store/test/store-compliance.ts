import { InputError, OverloadedError } from "@fogwot/core";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { StoreClosedError } from "../errors";
import type { OutcomeRow } from "../rows";
import type { Store } from "../store";
import { collect, sampleOutcomes, sampleReadings } from "./sample-rows";

export interface StoreUnderTest {
  readonly store: Store;
  dispose(): Promise<void>;
}

/** What every Store must do. `create` gives an empty store that refuses more than `maxPendingRows`. */
export function describeStore(
  name: string,
  create: (options: { flushMs: number; maxPendingRows: number }) => Promise<StoreUnderTest>,
): void {
  describe(`${name} is a Store`, () => {
    let subject: StoreUnderTest;
    let store: Store;
    beforeEach(async () => {
      subject = await create({ flushMs: 5, maxPendingRows: 5000 });
      store = subject.store;
    });
    afterEach(async () => {
      await subject.store.close();
      await subject.dispose();
    });

    it("gives every field of every row back as it was, in the order of appending", async () => {
      const rows = sampleOutcomes(50);
      await store.append(rows.slice(0, 20));
      await store.append(rows.slice(20));
      expect(await collect(store.outcomes())).toEqual(rows);
    });

    it("keeps doubles to the last bit, large integers and awkward texts", async () => {
      const [base] = sampleOutcomes(1) as [OutcomeRow];
      const rows: OutcomeRow[] = [
        { ...base, rttMs: 0.1 + 0.2, reward: -Number.MIN_VALUE, qAfter: Number.MAX_VALUE },
        { ...base, seed: Number.MAX_SAFE_INTEGER, timestampMs: Number.MIN_SAFE_INTEGER },
        { ...base, device: 'a,"b"\r\n', error: "", policy: "δ😀\u0000x" },
        { ...base, slot: 2147483647, k: -2147483648, explore: null, eps: null, propensity: null },
      ];
      await store.append(rows);
      expect(await collect(store.outcomes())).toEqual(rows);
    });

    it("filters by run, policy, device, slot, time and count", async () => {
      const a = sampleOutcomes(9);
      const b = sampleOutcomes(9, { run: "run-b", policy: "P2" });
      await store.append([...a, ...b]);
      expect(await collect(store.outcomes({ run: "run-b" }))).toEqual(b);
      expect(await collect(store.outcomes({ policy: "P1" }))).toEqual(a);
      expect(await collect(store.outcomes({ run: "run-a", device: "wifi-2" }))).toEqual(
        a.filter((row) => row.device === "wifi-2"),
      );
      expect(await collect(store.outcomes({ run: "run-a", fromSlot: 3, toSlot: 5 }))).toEqual(
        a.slice(2, 4),
      );
      const fromMs = a[4]?.timestampMs ?? 0;
      expect(await collect(store.outcomes({ run: "run-a", fromMs, toMs: fromMs + 2000 }))).toEqual(
        a.slice(4, 6),
      );
      expect(await collect(store.outcomes({ limit: 4 }))).toEqual(a.slice(0, 4));
      expect(await collect(store.outcomes({ run: "no such run' OR 1=1" }))).toEqual([]);
    });

    it("keeps readings and events beside the outcomes", async () => {
      const readings = sampleReadings(10);
      const event = {
        timestampMs: 5,
        run: "run-a",
        kind: "policy-switched",
        detail: '{"to":"P2"}',
      };
      await store.append([], readings, [event]);
      expect(await collect(store.readings())).toEqual(readings);
      expect(await collect(store.readings({ device: "wifi-1", quantity: "humidity" }))).toEqual(
        readings.filter((row) => row.device === "wifi-1" && row.quantity === "humidity"),
      );
      expect(await collect(store.events({ run: "run-a" }))).toEqual([event]);
      expect(await collect(store.events({ run: "run-b" }))).toEqual([]);
    });

    it("takes the mean RTT over the successes only, and PDR over all requests", async () => {
      const rows = sampleOutcomes(12);
      await store.append([...rows, ...sampleOutcomes(3, { run: "run-b" })]);
      const rttsMs = rows.flatMap((row) => row.rttMs ?? []);
      const statistics = await store.statistics({ run: "run-a" });
      expect(statistics).toMatchObject({ slots: 12, requests: 12, successes: 8, pdr: 8 / 12 });
      expect(statistics.rttMs).toBeCloseTo(rttsMs.reduce((a, b) => a + b, 0) / 8, 9);
      const last = await store.statistics({ run: "run-a" }, 3);
      expect(last).toMatchObject({ slots: 3, requests: 3, successes: 2 });
      expect(await store.deviceStatistics({ run: "run-a" })).toMatchObject([
        { device: "wifi-1", wsn: "wifi", requests: 4, successes: 4, pdr: 1 },
        { device: "wifi-2", wsn: "wifi", requests: 4, successes: 4, pdr: 1 },
        { device: "wifi-3", wsn: "wifi", requests: 4, successes: 0, pdr: 0, rttMs: null },
      ]);
    });

    it("answers null, never 0 or NaN, where nothing was measured", async () => {
      expect(await store.statistics()).toEqual({
        slots: 0,
        requests: 0,
        successes: 0,
        rttMs: null,
        pdr: null,
      });
      expect(await store.deviceStatistics({}, 100)).toEqual([]);
      expect(await store.runs()).toEqual([]);
    });

    it("lists the runs, the oldest first", async () => {
      await store.append(sampleOutcomes(4, { run: "run-z" }));
      await store.append(
        sampleOutcomes(2, { run: "run-b" }).map((row) => ({ ...row, timestampMs: 1 })),
      );
      await store.append(sampleOutcomes(2, { run: "run-z", policy: "P0", firstSlot: 5 }));
      expect(await store.runs()).toMatchObject([
        { run: "run-b", policies: ["P1"], rows: 2, firstMs: 1, lastMs: 1 },
        { run: "run-z", policies: ["P0", "P1"], rows: 6, firstSlot: 1, lastSlot: 6 },
      ]);
    });

    it("refuses a malformed row with path, got and wanted, and stores nothing of that call", async () => {
      const rows = sampleOutcomes(3);
      const bad = rows.map((row, i) => (i === 1 ? { ...row, rttMs: Number.NaN } : row));
      const good = store.append(sampleOutcomes(2, { run: "run-b" }));
      await expect(store.append(bad)).rejects.toMatchObject({
        code: "INPUT",
        details: { path: "/outcomes/1/rttMs", got: "NaN", wanted: "a finite number, or null" },
      });
      await expect(store.append([{ ...rows[0], slot: 1.5 } as OutcomeRow])).rejects.toBeInstanceOf(
        InputError,
      );
      await expect(store.append([{ run: "x" } as unknown as OutcomeRow])).rejects.toBeInstanceOf(
        InputError,
      );
      await good;
      expect(await collect(store.outcomes())).toHaveLength(2);
    });

    it("refuses rows beyond its bound with OverloadedError and takes rows again afterwards", async () => {
      const first = store.append(sampleOutcomes(1500));
      await expect(store.append(sampleOutcomes(4000))).rejects.toBeInstanceOf(OverloadedError);
      await first;
      await store.append(sampleOutcomes(4000));
      expect(store.counters()).toMatchObject({ rows: 5500, pendingRows: 0 });
    });

    it("is not disturbed by a caller that reuses its array", async () => {
      const rows = sampleOutcomes(3);
      const appended = store.append(rows);
      const expected = [...rows];
      rows.length = 0;
      await appended;
      expect(await collect(store.outcomes())).toEqual(expected);
    });

    it("flushes at once when asked, and when it closes", async () => {
      const slow = await create({ flushMs: 3_600_000, maxPendingRows: 5000 });
      const appended = slow.store.append(sampleOutcomes(3));
      expect(slow.store.counters().pendingRows).toBe(3);
      await slow.store.flush();
      await appended;
      const late = slow.store.append(sampleOutcomes(2));
      await slow.store.close();
      await late;
      await slow.dispose();
    });

    it("lets go of a query that is left early", async () => {
      await store.append(sampleOutcomes(4000));
      for (let i = 0; i < 40; i++) {
        for await (const row of store.outcomes()) {
          expect(row.slot).toBe(1);
          break;
        }
      }
    });

    it("answers StoreClosedError after close, which may be called twice", async () => {
      await store.append(sampleOutcomes(3000));
      const loop = (async () => {
        for await (const row of store.outcomes()) if (row.slot === 1) await store.close();
      })();
      await expect(loop).rejects.toBeInstanceOf(StoreClosedError);
      await store.close();
      await expect(store.append(sampleOutcomes(1))).rejects.toBeInstanceOf(StoreClosedError);
      await expect(store.flush()).rejects.toBeInstanceOf(StoreClosedError);
      await expect(store.statistics()).rejects.toBeInstanceOf(StoreClosedError);
      await expect(collect(store.outcomes())).rejects.toBeInstanceOf(StoreClosedError);
    });
  });
}
