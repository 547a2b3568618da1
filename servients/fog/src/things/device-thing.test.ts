import { DeviceTimeoutError, InteractionError } from "@fogwot/core";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { until } from "../testing/until";
import { heard, observed, read, sample, ThingsRig } from "./testing/rig";

describe("a Device Thing", () => {
  let rig: ThingsRig;

  beforeEach(async () => {
    rig = await ThingsRig.open();
  });
  afterEach(() => rig.close());

  test("reading every property causes no radio traffic", async () => {
    rig.record.takeReading(sample(20.5));
    const td = rig.device.getThingDescription();
    const names = Object.keys(td.properties ?? {});
    const all = Object.fromEntries(
      await Promise.all(
        names.map(
          async (name) => [name, await (await rig.device.readProperty(name)).value()] as const,
        ),
      ),
    );
    expect(all).toEqual({
      id: "wifi-1",
      wsn: "wifi",
      status: "offline",
      lastSeen: expect.stringMatching(/Z$/),
      lastReading: {
        deviceId: "wifi-1",
        values: { temperature: 20.5, humidity: 45 },
        timestamp: "2026-05-01T12:00:00.000Z",
        ageMs: 40,
      },
      samplingInterval: 2_000,
      threshold: null,
      rtt: null,
      pdr: null,
      temperature: 20.5,
      humidity: 45,
    });
    expect(rig.port.asked).toEqual([]);
  });

  test("before the first reading there is none: null, and 503 for a quantity", async () => {
    expect(await read(rig.device, "lastReading")).toBeNull();
    expect(await read(rig.device, "lastSeen")).toBeNull();
    await expect(rig.device.readProperty("temperature")).rejects.toMatchObject({
      status: 503,
      problem: { code: "NO_READING" },
    });
  });

  test("getData asks the device once, and what it brings is known afterwards", async () => {
    rig.port.temperature = 22.5;
    expect(await rig.getData({ timeoutMs: 70 })).toEqual({
      deviceId: "wifi-1",
      values: { temperature: 22.5, humidity: 45 },
      timestamp: "2026-05-01T12:00:00.000Z",
      ageMs: 40,
      deviceRttMs: 4,
    });
    expect(rig.port.asked).toEqual([{ device: "wifi-1", request: { op: "read" }, timeoutMs: 70 }]);
    expect(await read(rig.device, "temperature")).toBe(22.5);
  });

  test("getData needs no input", async () => {
    await expect(rig.getData()).resolves.toBeDefined();
    await expect(rig.getData({})).resolves.toBeDefined();
    expect(rig.port.asked.map(({ timeoutMs }) => timeoutMs)).toEqual([1_000, 1_000]);
  });

  test.each([{ timeoutMs: 0 }, { timeoutMs: 60_001 }, { timeoutMs: 1.5 }])(
    "getData with %p is refused with 400 and asks nobody",
    async (input) => {
      await expect(rig.getData(input)).rejects.toMatchObject({ status: 400 });
      expect(rig.port.asked).toEqual([]);
    },
  );

  test("a lost reply is 504 with problem details, and changes no status", async () => {
    rig.record.become("online");
    rig.port.failWith = new DeviceTimeoutError("wifi-1", 50);
    const failed = rig.getData({ timeoutMs: 50 });
    await expect(failed).rejects.toThrow(InteractionError);
    await expect(failed).rejects.toMatchObject({
      status: 504,
      problem: { code: "DEVICE_TIMEOUT", details: { deviceId: "wifi-1", timeoutMs: 50 } },
    });
    expect(await read(rig.device, "status")).toBe("online");
  });

  test("ping tells the device's round trip", async () => {
    const output = await rig.device.invokeAction("ping");
    expect(await output?.value()).toEqual({ deviceRttMs: 4 });
  });

  test("a written parameter goes to the device, and is read back", async () => {
    await rig.device.writeProperty("samplingInterval", 5_000);
    await rig.device.writeProperty("threshold", 30);
    expect(rig.port.asked.map(({ request }) => request)).toEqual([
      { op: "set", parameter: "samplingIntervalMs", value: 5_000 },
      { op: "set", parameter: "threshold", value: 30 },
    ]);
    expect(await read(rig.device, "samplingInterval")).toBe(5_000);
    expect(await read(rig.device, "threshold")).toBe(30);
  });

  test("a parameter the device did not acknowledge is not known as set", async () => {
    rig.port.failWith = new DeviceTimeoutError("wifi-1", 1_000);
    await expect(rig.device.writeProperty("samplingInterval", 5_000)).rejects.toMatchObject({
      status: 504,
    });
    expect(await read(rig.device, "samplingInterval")).toBe(2_000);
  });

  test("every reading is an event; a threshold is told of once until the value falls", async () => {
    const readings = await heard(rig.device, "reading");
    const exceeded = await heard(rig.device, "thresholdExceeded");
    await rig.device.writeProperty("threshold", 25);
    for (const temperature of [24, 26, 27, 24.5, 26, 24, 26]) {
      rig.record.apply({ kind: "reading", device: "wifi-1", reading: sample(temperature) });
    }
    await until(() => readings.length === 7 && exceeded.length === 2);
    expect(exceeded).toEqual([
      { quantity: "temperature", value: 26, threshold: 25, timestamp: "2026-05-01T12:00:00.000Z" },
      { quantity: "temperature", value: 26, threshold: 25, timestamp: "2026-05-01T12:00:00.000Z" },
    ]);
  });

  test("observers hear of a value that changed, and not of one that did not", async () => {
    const seen = await observed(rig.device, "temperature");
    seen.length = 0;
    for (const temperature of [20, 20, 21]) {
      rig.record.apply({ kind: "reading", device: "wifi-1", reading: sample(temperature) });
      await until(() => seen.at(-1) === temperature);
    }
    expect(seen).toEqual([20, 21]);
  });
});
