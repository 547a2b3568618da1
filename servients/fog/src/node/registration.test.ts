import { silentLogger, VirtualClock } from "@fogwot/core";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { until } from "../testing/until";
import { Registration } from "./registration";
import { DirectoryDouble } from "./testing/directory-double";

describe("Registration", () => {
  let directory: DirectoryDouble;
  let clock: VirtualClock;
  let registration: Registration;
  let title: string;

  beforeEach(async () => {
    directory = await new DirectoryDouble("t").start();
    clock = new VirtualClock();
    title = "first";
    registration = new Registration({
      url: `${directory.url}/`,
      proof: { headers: { authorization: "Bearer t" }, query: {} },
      descriptions: () =>
        Array.from({ length: 20 }, (_, i) => ({ id: `urn:x:${i}`, td: { title } })),
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
