import { createRng, silentLogger, systemClock } from "@fogwot/core";
import type { Driver } from "@fogwot/fog";
import { until } from "@fogwot/fog/testing";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import type { Board } from "../../src/emulation/board";
import { ZigbeeNetwork } from "./network";

jest.setTimeout(60_000);

const IDS = ["uno", "linux"] as const;
const LONG = { timeoutMs: 10_000 };

describe("the Uno's own binary behind the coordinator", () => {
  let network: ZigbeeNetwork;
  let uno: Board;
  let driver: Driver;
  const read = (id: string) => driver.query(id, { op: "read" }, LONG);

  beforeAll(async () => {
    network = await ZigbeeNetwork.open({ apiMode: 2 });
    uno = await network.addBoard("uno", 1, "xbee-avr");
    await network.addBoard("linux", 2);
    const rng = (purpose: string) => createRng(1, purpose);
    driver = network.driver(
      IDS,
      { log: silentLogger, clock: systemClock, rng, nonce: 7, timeScale: 1 },
      { apiMode: 2, keepAliveMs: 200, offlineAfter: 2 },
    );
    await driver.start(new AbortController().signal);
    await until(() => driver.devices().every(({ status }) => status === "online"));
  });
  afterAll(async () => {
    await driver.stop();
    await network[Symbol.asyncDispose]();
  });

  test("answers as the same firmware compiled for this machine does, in its line's own time", async () => {
    const { reading, deviceRttMs } = await read("uno");
    const celsius = reading?.values.temperature;
    expect(celsius).toBeGreaterThan(10);
    expect(celsius).toBeLessThan(35);
    expect(Object.keys(reading?.values ?? {})).toEqual(
      Object.keys((await read("linux")).reading?.values ?? {}),
    );
    // 10 bytes there and 24 back at 9600 baud; a wait of the machine may have run the clock ahead.
    expect(deviceRttMs).toBeGreaterThan(0);
  });

  test("answers queries that come close together, each in a packet of its own", async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => read("uno")));
    expect(answers.every(({ reading }) => reading !== undefined)).toBe(true);
  });

  test("carries out a setting and a reset, and refuses what is out of range", async () => {
    const set = (value: number | null) =>
      driver.query("uno", { op: "set", parameter: "threshold", value }, LONG);
    await expect(set(28.5)).resolves.toBeDefined();
    await expect(set(null)).resolves.toBeDefined();
    await expect(driver.query("uno", { op: "reset" }, LONG)).resolves.toBeDefined();
    await expect(set(200)).rejects.toMatchObject({ code: "DEVICE_FAULT" });
  });

  test("is offline when it is out of reach, and online again with its next word", async () => {
    process.kill(uno.pid as number, "SIGUSR1");
    await until(() => driver.devices()[0]?.status === "offline");
    expect(driver.devices()[1]?.status).toBe("online");
    process.kill(uno.pid as number, "SIGUSR2");
    await until(() => driver.devices()[0]?.status === "online");
  });
});
