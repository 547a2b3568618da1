import { silentLogger, VirtualClock } from "@fogwot/core";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { until } from "../testing/until";
import { Registration, type ThingState } from "./registration";
import { DirectoryDouble } from "./testing/directory-double";

describe("Registration", () => {
  let directory: DirectoryDouble;
  let clock: VirtualClock;
  let registration: Registration;
  let title: string;
  let state: ThingState | undefined;

  beforeEach(async () => {
    directory = await new DirectoryDouble("t").start();
    clock = new VirtualClock();
    title = "first";
    state = undefined;
    registration = new Registration({
      url: `${directory.url}/`,
      proof: { headers: { authorization: "Bearer t" }, query: {} },
      descriptions: () =>
        Array.from({ length: 20 }, (_, i) => ({
          id: `urn:x:${i}`,
          td: { title },
          ...(state ? { state } : {}),
        })),
      clock,
      log: silentLogger,
    });
  });
  afterEach(async () => {
    await registration.stop();
    await directory.stop();
  });

  test("puts every Thing at once, and again before its lifetime ends", async () => {
    registration.start();
    registration.start();
    await until(() => directory.things.size === 20 && clock.pending === 1);
    title = "second";
    await clock.advance(30_000);
    await until(() => [...directory.things.values()].every((td) => td.title === "second"));
    expect(directory.things.get("urn:x:0")).toEqual({
      title: "second",
      registration: { ttl: 90 },
    });
  });

  test("renews by a patch with the state, and puts anew what the directory has lost", async () => {
    registration.start();
    await until(() => directory.things.size === 20 && clock.pending === 1);
    state = { availability: "offline", lastSeenMs: 1_000 };
    directory.things.delete("urn:x:7");
    await clock.advance(30_000);
    await until(() => clock.pending === 1 && directory.things.size === 20);
    expect(directory.patches).toBe(19);
    const registered = {
      ttl: 90,
      "fog:availability": "offline",
      "fog:lastSeen": "1970-01-01T00:00:01.000Z",
    };
    expect(directory.things.get("urn:x:7")).toEqual({ title: "first", registration: registered });
    expect(directory.things.get("urn:x:8")).toEqual({ title: "first", registration: registered });
  });

  test("tells a change of state soon, and nothing else", async () => {
    registration.start();
    await until(() => directory.things.size === 20 && clock.pending === 1);
    state = { availability: "degraded", lastSeenMs: null };
    registration.stateChanged("urn:x:3");
    registration.stateChanged("urn:x:3");
    await clock.advance(200);
    await until(() => directory.patches === 1);
    expect(directory.things.get("urn:x:3")).toMatchObject({
      registration: { ttl: 90, "fog:availability": "degraded" },
    });
    expect(directory.things.get("urn:x:4")).toMatchObject({ registration: { ttl: 90 } });
  });

  test("tries on with back-off while the directory fails", async () => {
    directory.failNext = 3;
    registration.start();
    for (let tries = 0; tries < 5 && directory.things.size < 20; tries++) {
      await until(() => clock.pending === 1);
      await clock.advance(5_000);
      await until(() => clock.pending === 1);
    }
    expect(directory.things.size).toBe(20);
  });

  test("stops while the directory is away, within its limit", async () => {
    registration.start();
    await until(() => directory.things.size === 20);
    await directory.stop();
    await registration.stop();
    expect(clock.pending).toBe(0);
  });
});
