import { createRng, type RunningServient, startServient, systemClock } from "@fogwot/core";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { ConsumedThing } from "../things/wot-types";
import { exposeEchoThing } from "./echo-thing";
import { preciseNow } from "./precise-now";
import { exposeWotpyThing } from "./wotpy-thing";

const identity = (id: string) => ({ site: "plant", node: "benchmark", id, title: id });

let servient: RunningServient;
let wotpy: ConsumedThing;
let echo: ConsumedThing;

beforeAll(async () => {
  servient = await startServient({ name: "wotpy", http: { port: 0 }, clients: ["http"] });
  const { wot } = servient;
  const context = {
    clock: systemClock,
    rng: createRng(1),
    preciseNow,
    signal: new AbortController().signal,
  };
  const things = [
    await exposeWotpyThing(wot, identity("wotpy"), context),
    await exposeEchoThing(wot, identity("echo")),
  ];
  [wotpy, echo] = (await Promise.all(
    things.map((thing) => wot.consume(thing.getThingDescription())),
  )) as [ConsumedThing, ConsumedThing];
});
afterAll(() => servient.stop());

describe("the WOTPY benchmark Thing", () => {
  it("answers a round trip with what it was sent, and when it came and went", async () => {
    const timeRequest = preciseNow();
    const output = await wotpy.invokeAction("measureRoundTrip", {
      timeRequest,
      mu: 0.03,
      sigma: 0,
    });
    const answer = (await output?.value()) as Record<string, number>;
    expect(answer).toMatchObject({ timeRequest, mu: 0.03, sigma: 0 });
    const { timeArrival = 0, timeReturn = 0 } = answer;
    expect(timeArrival).toBeGreaterThanOrEqual(timeRequest);
    // A timer may be a millisecond early.
    expect(timeReturn - timeArrival).toBeGreaterThanOrEqual(29);
    expect(timeReturn).toBeLessThanOrEqual(preciseNow());
  });

  it("tells its time finer than in milliseconds", async () => {
    const times = await Promise.all(
      Array.from({ length: 8 }, async () => (await wotpy.readProperty("currentTime")).value()),
    );
    expect(times.some((time) => !Number.isInteger(time))).toBe(true);
  });

  it("names a burst itself where nobody does, and ends the action after its last event", async () => {
    const events: Record<string, unknown>[] = [];
    const subscription = await wotpy.subscribeEvent("burstEvent", async (data) => {
      events.push((await data.value()) as Record<string, unknown>);
    });
    await wotpy.invokeAction("startEventBurst", { lambd: 1_000, total: 5 });
    while (events.length < 5) await systemClock.sleep(1);
    await subscription.stop();
    expect(events.map(({ index, burstEnd }) => [index, burstEnd])).toEqual(
      [0, 1, 2, 3, 4].map((index) => [index, index === 4]),
    );
    expect(new Set(events.map(({ id }) => id)).size).toBe(1);
    expect(events[0]?.id).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe("the echo Thing", () => {
  it("answers what it was sent", async () => {
    const sent = "x".repeat(5_000);
    expect(await (await echo.invokeAction("echo", sent))?.value()).toBe(sent);
  });
});
