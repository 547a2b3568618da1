import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { runConsume } from "../../src/soak/consume/run";
import { runEvents } from "../../src/soak/events/run";
import { runFuzz } from "../../src/soak/fuzz/run";
import { Rig } from "../../src/soak/rig/rig";
import type { SoakCheck } from "../../src/soak/soak";
import { runSubscribers } from "../../src/soak/subscribers/run";

jest.setTimeout(180_000);

const { signal } = new AbortController();
/** Of event streams, and of observers. */
const LIMIT = 100;
let rig: Rig;
beforeAll(async () => {
  rig = await Rig.start(signal, { maxSubscribers: LIMIT });
});
afterAll(() => rig?.stop());

function failed(checks: readonly SoakCheck[]): SoakCheck[] {
  return checks.filter(({ holds }) => !holds);
}

describe("the long runs of the bindings, in their short form", () => {
  it("events arrive in order, all of them, or skipped and counted where CoAP's queue has its end", async () => {
    const { checks, deliveries } = await runEvents({
      rig,
      counts: { "1 ms gaps": 400, "one burst": 5_000 },
    });
    expect(failed(checks)).toEqual([]);
    // More than CoAP queues: the claim about skipped ones is not an empty one.
    const burst = deliveries.find((one) => one.binding === "coap" && one.pattern === "one burst");
    expect(burst?.skipped).toBeGreaterThan(0);
  });

  it("consuming, reading and letting go keeps nothing", async () => {
    const { checks } = await runConsume({ rig, count: 120, rounds: 3, signal });
    expect(failed(checks)).toEqual([]);
  });

  it("fuzz by grammar does no harm, and sound requests are answered meanwhile", async () => {
    const { checks, figures } = await runFuzz({
      rig,
      count: 3_000,
      rounds: 3,
      idleMs: 100,
      seed: 7,
      signal,
    });
    // How fast they are answered says something on a quiet machine only.
    const untimed = checks.filter(({ claim }) => !claim.includes("p99"));
    expect(untimed).toHaveLength(checks.length - 9);
    expect(failed(untimed)).toEqual([]);
    expect(Object.values(figures.sent).every((sent) => sent >= 1_000)).toBe(true);
  });

  it("subscribers beyond the limit are refused with a reason, the others hear of events", async () => {
    const { checks } = await runSubscribers({ rig, count: 150, limit: LIMIT });
    expect(failed(checks)).toEqual([]);
  });
});
