import { systemClock } from "@fogwot/core";
import { describe, expect, it } from "@jest/globals";
import type { ConsumedThing } from "../../things/wot-types";
import { variantsOf } from "../variant";
import type { Asked } from "./asked";
import { orderOf } from "./bursts";
import { outcomesCsv, wotpyRowsCsv, wotpyTableLines } from "./formats";
import type { Outcome } from "./outcome";
import { readsAtRate } from "./reads";
import { wotpyReport } from "./report";
import { roundTripBatch } from "./round-trips";
import { cellKey, summarizeWotpy } from "./summary";

const variants = variantsOf({ bindings: ["http"], stock: true });
const [http] = variants;
if (!http) throw new TypeError("no variant");

function asked(thing: object): Asked {
  return {
    variant: http as Asked["variant"],
    thing: thing as ConsumedThing,
    starter: thing as ConsumedThing,
  };
}

/** A clock that a step of the exchange moves on. */
function context() {
  let nowMs = 1_000_000;
  return {
    timeoutMs: 1_000,
    clock: systemClock,
    preciseNow: () => nowMs,
    signal: new AbortController().signal,
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

describe("a round trip", () => {
  it("takes the Thing's own time off, whatever its clock says", async () => {
    const time = context();
    const thing = {
      invokeAction: async (_name: string, input: object) => {
        time.pass(5);
        const timeArrival = 77;
        time.pass(40);
        const output = { ...input, timeArrival, timeReturn: timeArrival + 40 };
        time.pass(7);
        return { value: async () => output };
      },
    };
    const [outcome] = await roundTripBatch(asked(thing), time, 3, 1);
    expect(outcome).toMatchObject({ ok: true, batch: 3, index: 0, variant: "http" });
    expect(outcome?.latencyMs).toBeCloseTo(12, 9);
  });

  it("is lost when the answer holds no times, and when there is none", async () => {
    const empty = { invokeAction: async () => ({ value: async () => undefined }) };
    expect(await roundTripBatch(asked(empty), context(), 0, 2)).toEqual(
      [0, 1].map((index) => expect.objectContaining({ index, ok: false, error: "NO_OUTPUT" })),
    );
    const silent = { invokeAction: () => new Promise(() => undefined) };
    const [outcome] = await roundTripBatch(asked(silent), { ...context(), timeoutMs: 1 }, 0, 1);
    expect(outcome).toMatchObject({ ok: false, latencyMs: null, error: "WAIT_TIMEOUT" });
  });
});

describe("reads at a fixed rate", () => {
  it("do not wait for earlier answers", async () => {
    let underway = 0;
    let answer = (): void => undefined;
    const all = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const thing = {
      readProperty: async () => {
        if (++underway === 5) answer();
        await all;
        return { value: async () => 1 };
      },
    };
    const settings = { total: 5, perSecond: 1_000 };
    const outcomes = await readsAtRate(asked(thing), context(), settings);
    expect(outcomes.map(({ ok, index }) => [ok, index])).toEqual(
      [0, 1, 2, 3, 4].map((i) => [true, i]),
    );
  });
});

describe("the order of a burst", () => {
  it.each([
    { indexes: [0, 1, 2, 3], disordered: 0, duplicates: 0 },
    { indexes: [0, 2, 1, 3], disordered: 1, duplicates: 0 },
    { indexes: [0, 1, 1, 5, 4, 4], disordered: 1, duplicates: 2 },
    { indexes: [3], disordered: 0, duplicates: 0 },
  ])("of $indexes has $disordered below the one before and $duplicates twice", (one) => {
    const { disordered, duplicates } = one;
    expect(orderOf(one.indexes)).toEqual({ disordered, duplicates });
  });
});

describe("the summary", () => {
  const outcomes: Outcome[] = [1, 2, 3, 4, null].map((latencyMs, index) => ({
    ...{ verb: "subscribeevent", variant: "http stock", batch: 0, index, timestampMs: 1 },
    ...{ ok: latencyMs !== null, latencyMs, error: latencyMs === null ? "NOT_RECEIVED" : null },
  }));
  const key = cellKey("subscribeevent", "http stock");
  const orders = new Map([[key, { disordered: 1, duplicates: 2 }]]);
  const traffic = new Map([[key, { requests: 5, bytes: 500, packets: null }]]);
  const summaries = summarizeWotpy(outcomes, variants, orders, traffic);
  const rows = summaries.map(({ row }) => row);

  it("holds what the study reports, by verb and variant", () => {
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      ...{ verb: "subscribeevent", binding: "http", variant: "http stock", total: 5, received: 4 },
      ...{ successRatio: 0.8, meanMs: 2.5, medianMs: 2.5, disordered: 1, duplicates: 2 },
      ...{ capturedBytes: 500, bytesPerInteraction: 100, packetsPerInteraction: null },
      errors: { NOT_RECEIVED: 1 },
    });
    expect(rows[0]?.loss).toBeCloseTo(0.2, 9);
    expect(rows[0]?.stdMs).toBeCloseTo(Math.sqrt(5 / 3), 9);
  });

  it("becomes CSV, a table and a page that loads nothing", () => {
    expect(wotpyRowsCsv(rows).split("\n")[1]).toMatch(/^subscribeevent,http,http stock,5,4,0\.8,/);
    expect(outcomesCsv(outcomes).split("\n")[5]).toBe(
      "subscribeevent,http stock,0,4,false,,1,NOT_RECEIVED",
    );
    expect(wotpyTableLines(rows)[2]).toMatch(/^subscribeevent {2}http stock .* 80\.0 %/);
    const html = wotpyReport(
      {
        ...{ site: "<i>", batches: 1, parallel: 1, perSecond: 1, events: 5, lambd: 1 },
        ...{ timeoutMs: 1, variants, network: "lossy-10", seed: 1, counted: "interface" },
        startedAt: "2026-01-01T00:00:00Z",
      },
      summaries,
    );
    expect(html).not.toMatch(/<script|src=|href=|url\(|@import|<i>|NaN/);
    expect(html).toContain("1 out of order, 2 twice");
  });
});
