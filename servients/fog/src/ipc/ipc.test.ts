import { existsSync } from "node:fs";
import {
  ConfigError,
  DeviceFaultError,
  DeviceTimeoutError,
  DriverUnavailableError,
  silentLogger,
  systemClock,
} from "@fogwot/core/base";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { Dealer, Publisher, Router } from "zeromq";
import type { DriverData } from "../drivers/driver";
import { FakeDriver } from "../testing/fake-driver";
import { type TemporaryFolder, temporaryFolder } from "../testing/temporary-folder";
import { until } from "../testing/until";
import { DriverClient, type DriverClientOptions } from "./client";
import { type DriverEndpoints, driverEndpoints, removeSocketFiles } from "./endpoints";
import { decodeCall, decodeId, encodeBody, encodeId } from "./envelope";
import { DriverServer } from "./server";

const LONG = { timeoutMs: 10_000 };
const read = { op: "read" } as const;

function lastSeen(data: DriverData | undefined): number | null {
  return data?.kind === "status" ? data.lastSeenMs : null;
}

describe("IPC between driver and Servient", () => {
  let folder: TemporaryFolder;
  let endpoints: DriverEndpoints;
  let driver: FakeDriver;
  let server: DriverServer;
  const clients: DriverClient[] = [];

  const serve = async (): Promise<void> => {
    server = new DriverServer({ driver, endpoints, clock: systemClock, log: silentLogger });
    await server.start();
  };
  const connect = async (options: Partial<DriverClientOptions> = {}): Promise<DriverClient> => {
    const client = new DriverClient({ ...endpoints, name: "fake", ...options });
    clients.push(client);
    client.start();
    await client.connected(10_000);
    return client;
  };

  beforeEach(async () => {
    folder = temporaryFolder();
    endpoints = driverEndpoints(folder.path, "fake");
    driver = new FakeDriver();
    await serve();
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    server.stop();
    await driver.stop();
    await folder[Symbol.asyncDispose]();
  });

  test("a query brings the reading and the device-leg round trip", async () => {
    const client = await connect();
    await expect(client.query("a", read, LONG)).resolves.toEqual({
      reading: {
        values: { temperature: 21, relativeHumidity: 45 },
        timestampMs: 1_700_000_000_000,
        ageMs: 40,
      },
      deviceRttMs: 2.5,
    });
  });

  test("a thousand concurrent queries each get their own answer", async () => {
    const client = await connect();
    const ids = Array.from({ length: 1_000 }, (_, i) => (i % 2 ? "a" : "nobody"));
    const outcomes = await Promise.allSettled(ids.map((id) => client.query(id, read, LONG)));
    expect(outcomes.map(({ status }) => status === "fulfilled")).toEqual(
      ids.map((id) => id === "a"),
    );
  });

  test("a set carries parameter and value; a wrong parameter is refused with status 400", async () => {
    const client = await connect();
    const request = { op: "set", parameter: "threshold", value: null } as const;
    await client.query("a", request, LONG);
    expect(driver.asked).toEqual([{ id: "a", request }]);
    const wrong = { op: "set", parameter: "colour", value: 1 } as never;
    await expect(client.query("a", wrong, LONG)).rejects.toMatchObject({
      code: "INPUT",
      status: 400,
    });
  });

  test.each([
    {
      kind: DeviceTimeoutError,
      thrown: new DeviceTimeoutError("a", 70),
      fields: { deviceId: "a", timeoutMs: 70 },
    },
    {
      kind: DeviceFaultError,
      thrown: new DeviceFaultError("a", "broken"),
      fields: { deviceId: "a" },
    },
    {
      kind: DriverUnavailableError,
      thrown: new DriverUnavailableError("x"),
      fields: { driver: "x" },
    },
  ])("$kind.name is the same error on the other side", async ({ thrown, kind, fields }) => {
    const client = await connect();
    driver.failWith = thrown;
    const failed = client.query("a", read, LONG);
    await expect(failed).rejects.toThrow(kind);
    await expect(failed).rejects.toMatchObject({ ...fields, message: thrown.message });
  });

  test("an internal fault of the driver hides its text", async () => {
    const client = await connect();
    driver.failWith = new TypeError("secret");
    const failed = client.query("a", read, LONG);
    await expect(failed).rejects.toMatchObject({ code: "INTERNAL", status: 500 });
    await expect(failed).rejects.not.toThrow(/secret/);
  });

  test("calls made before the driver is there wait for it", async () => {
    server.stop();
    // Where nobody has ever listened: zeromq closes in the background, and may still take a call.
    endpoints = driverEndpoints(folder.path, "late");
    const client = new DriverClient(endpoints);
    clients.push(client);
    client.start();
    const waiting = client.query("a", read, LONG);
    await serve();
    await expect(waiting).resolves.toMatchObject({ deviceRttMs: 2.5 });
  });

  test("a driver that never comes is a DriverUnavailableError within the time-out", async () => {
    server.stop();
    const client = new DriverClient({ ...endpoints, name: "wifi" });
    clients.push(client);
    client.start();
    const failed = client.query("a", read, { timeoutMs: 60 });
    await expect(failed).rejects.toThrow(DriverUnavailableError);
    await expect(failed).rejects.toMatchObject({ driver: "wifi" });
  });

  test("what waits is refused at once when the driver goes, and served again when it is back", async () => {
    const states: boolean[] = [];
    const client = await connect({ onState: (isConnected) => states.push(isConnected) });
    driver.isSilent = true;
    const waiting = Promise.allSettled([1, 2, 3].map(() => client.query("a", read, LONG)));
    await until(() => driver.asked.length === 3);
    server.stop();
    for (const outcome of await waiting) {
      expect(outcome).toMatchObject({ reason: expect.any(DriverUnavailableError) });
    }
    await expect(client.query("a", read, LONG)).rejects.toThrow(DriverUnavailableError);
    driver.isSilent = false;
    await serve();
    await client.connected(10_000);
    await expect(client.query("a", read, LONG)).resolves.toBeDefined();
    expect(states).toEqual([true, false, true]);
  });

  test("a driver that is connected and answers nothing is seen to hang", async () => {
    server.stop();
    const mute = new Router({ linger: 0 });
    await mute.bind(endpoints.query);
    const states: boolean[] = [];
    const client = await connect({
      hangLimitMs: 90,
      onState: (isConnected) => states.push(isConnected),
    });
    await expect(client.query("a", read, LONG)).rejects.toThrow(DriverUnavailableError);
    expect(states).toEqual([true, false]);
    mute.close();
  });

  test("an answer after the call's own timer is counted and dropped", async () => {
    server.stop();
    const slow = new Router({ linger: 0 });
    await slow.bind(endpoints.query);
    const client = await connect();
    const failed = client.query("a", read, { timeoutMs: 1 });
    let frames = await slow.receive();
    while (decodeCall(frames[2])?.op !== "read") frames = await slow.receive();
    await expect(failed).rejects.toThrow(DriverUnavailableError);
    const answer = { ok: true, value: null, deviceRttMs: 1 } as const;
    await slow.send([frames[0] as Buffer, frames[1] as Buffer, encodeBody(answer)]);
    await until(() => client.counters.late === 1);
    slow.close();
  });

  test("malformed requests are counted, and the next sound one is served", async () => {
    const peer = new Dealer({ linger: 0 });
    peer.connect(endpoints.query);
    const id = encodeId(7);
    const call = { op: "read", device: "a", params: {}, timeoutMs: 100 };
    const bad: (string | Buffer)[][] = [
      [""],
      ["id", ""],
      [id, "not cbor"],
      [id, Buffer.from([0xff, 0xff])],
      [id, encodeBody({ ...call, timeoutMs: 0 })],
      [id, encodeBody({ ...call, timeoutMs: 1e9 })],
      [id, encodeBody({ ...call, op: 3 } as never)],
      [id, encodeBody([] as never)],
      [id, encodeBody(call), "more"],
    ];
    for (const frames of bad) await peer.send(frames);
    await peer.send([id, encodeBody(call)]);
    const [answered] = await peer.receive();
    expect(decodeId(answered)).toBe(7);
    expect(server.counters.malformed).toBe(bad.length);
    peer.close();
  });

  test("published data arrives in order; a gap is counted and makes the client ask anew", async () => {
    server.stop();
    const router = new Router({ linger: 0 });
    await router.bind(endpoints.query);
    const publisher = new Publisher({ linger: 0 });
    await publisher.bind(endpoints.data);
    const heard: DriverData[] = [];
    let missed = 0;
    const client = await connect({
      onData: (data) => heard.push(data),
      onMissed: () => missed++,
    });
    const publish = (sequence: number, device = "a"): Promise<void> => {
      const value = { kind: "status", device, status: "online", lastSeenMs: sequence } as const;
      return publisher.send(["device/a", encodeBody({ sequence, timestampMs: 1, value })]);
    };
    await until(async () => {
      await publish(1);
      return heard.length > 0;
    });
    const missedBefore = missed;
    await publish(2);
    await publish(6);
    await publish(7, "b");
    await publisher.send(["device/a", "not cbor"]);
    await publish(7);
    await until(() => lastSeen(heard.at(-1)) === 7);
    expect(heard.map(lastSeen).filter((sequence) => sequence !== 1)).toEqual([2, 6, 7]);
    expect(client.subscription.counters).toMatchObject({ gaps: 3, malformed: 2 });
    expect(missed).toBe(missedBefore + 1);
    router.close();
    publisher.close();
  });

  test("a client learns when its subscription holds, and then misses nothing", async () => {
    const heard: DriverData[] = [];
    let isSubscribed = false;
    const client = await connect({
      onData: (data) => heard.push(data),
      onMissed: () => {
        isSubscribed = true;
      },
    });
    await until(() => isSubscribed);
    const states = await client.devices();
    expect(states).toEqual(driver.devices());
    await until(() => client.subscription.counters.welcomes > 0);
    for (let i = 0; i < 100; i++) {
      driver.say({ kind: "status", device: "a", status: "online", lastSeenMs: i });
    }
    await until(() => heard.length === 100);
    expect(client.subscription.counters.gaps).toBe(0);
  });

  test("filters are set and listed; a wrong one is refused by path", async () => {
    const client = await connect();
    const set = await client.setFilter("a", { filterLoss: 0.7 });
    expect(set).toMatchObject({ filterLoss: 0.7, extraDelayMs: 0 });
    expect(await client.filters()).toMatchObject({ a: { filterLoss: 0.7 } });
    await expect(client.setFilter("a", { filterLoss: 7 })).rejects.toMatchObject({
      code: "INPUT",
      details: { path: "/filterLoss" },
    });
    await expect(client.setFilter("nobody", {})).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await client.driverCounters()).toMatchObject({ malformed: 3 });
  });

  test("a run directory with too long a path is refused with the mend", () => {
    const long = `/tmp/${"x".repeat(100)}`;
    expect(() => driverEndpoints(long, "wifi")).toThrow(ConfigError);
    expect(() => driverEndpoints(long, "wifi")).toThrow(/shorter run directory/);
  });

  test("socket files can be removed after a driver that was killed", () => {
    const file = endpoints.query.replace("ipc://", "");
    expect(existsSync(file)).toBe(true);
    removeSocketFiles(endpoints);
    removeSocketFiles(endpoints);
    expect(existsSync(file)).toBe(false);
  });
});
