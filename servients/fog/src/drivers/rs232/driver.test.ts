import path from "node:path";
import {
  ConfigError,
  createRng,
  DeviceTimeoutError,
  DriverUnavailableError,
  NotFoundError,
  OperationNotAllowedError,
  silentLogger,
  validateConfig,
} from "@fogwot/core/base";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { LineDownError } from "../../serial";
import { Pty } from "../../serial/testing/pty";
import { CountingClock } from "../../testing/counting-clock";
import { type TemporaryFolder, temporaryFolder } from "../../testing/temporary-folder";
import { until } from "../../testing/until";
import type { Driver, DriverData } from "../driver";
import { loadDriver } from "../load-driver";

const LONG = { timeoutMs: 20_000 };

describe("the RS-232 driver", () => {
  let folder: TemporaryFolder;
  let pty: Pty;
  let clock: CountingClock;
  let driver: Driver;
  let heard: DriverData[];

  const create = (settings: object = {}, ids: readonly string[] = ["robot"]): Driver => {
    clock = new CountingClock();
    heard = [];
    const definition = loadDriver("rs232");
    const all = { path: path.join(folder.path, "line"), ...settings };
    const made = definition.create(
      {
        devices: ids.map((id) => ({ id, address: "COM3" })),
        settings: validateConfig(all, definition.settings, "test"),
      },
      {
        log: silentLogger,
        clock,
        rng: (purpose) => createRng(7, purpose),
        nonce: 0,
        timeScale: 1,
      },
    );
    made.onData((data) => heard.push(data));
    return made;
  };
  const start = async (settings: object = {}): Promise<void> => {
    driver = create(settings);
    await driver.start(new AbortController().signal);
    await until(() => pty.isOpen);
  };
  const bytes = (): Buffer =>
    Buffer.concat(heard.flatMap((data) => (data.kind === "bytes" ? [data.bytes] : [])));
  const statuses = (): string[] =>
    heard.flatMap((data) => (data.kind === "status" ? [data.status] : []));
  const read = (timeoutMs = LONG.timeoutMs) => driver.query("robot", { op: "read" }, { timeoutMs });

  beforeEach(async () => {
    folder = temporaryFolder();
    pty = await new Pty(path.join(folder.path, "line")).plugIn();
    driver = create();
  });
  afterEach(async () => {
    await driver.stop();
    await pty.unplug();
    await folder[Symbol.asyncDispose]();
  });

  test("delivers every byte as it is, with the time it came at, and writes what it is told", async () => {
    await start();
    const all = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    const before = Date.now();
    pty.write(all);
    await until(() => bytes().length >= 256);
    expect(bytes()).toEqual(all);
    for (const data of heard) {
      if (data.kind !== "bytes") continue;
      expect(data.timestampMs).toBeGreaterThanOrEqual(before);
      expect(data.timestampMs).toBeLessThanOrEqual(Date.now());
    }
    await driver.query("robot", { op: "write", bytes: all }, LONG);
    await until(() => pty.received.length >= 256);
    expect(pty.received).toEqual(all);
    expect(driver.counters).toMatchObject({ bytes: 256, written: 256, opened: 1 });
  });

  test("a read is answered by the next bytes, and by none in time with a DeviceTimeoutError", async () => {
    await start();
    await expect(read(30)).rejects.toThrow(DeviceTimeoutError);
    const answered = read();
    pty.write(Buffer.of(1));
    expect((await answered).deviceRttMs).toBeGreaterThan(0);
  });

  test("the packet filter loses and delays reads, not the device's bytes", async () => {
    await start();
    driver.filter("robot").set({ filterLoss: 1 });
    const lost = read(200);
    pty.write(Buffer.of(1));
    await expect(lost).rejects.toThrow(DeviceTimeoutError);
    expect(bytes()).toEqual(Buffer.of(1));
    driver.filter("robot").reset();
    const answered = read();
    pty.write(Buffer.of(2));
    await expect(answered).resolves.toBeDefined();
  });

  test("a device that falls silent is offline, and online with its next byte", async () => {
    await start({ silentMs: 50 });
    expect(driver.devices()[0]).toMatchObject({ status: "offline", lastSeenMs: null });
    pty.write(Buffer.of(1));
    await until(() => statuses().length === 2);
    pty.write(Buffer.of(1));
    await until(() => statuses().length >= 3);
    expect(statuses().slice(0, 3)).toEqual(["online", "offline", "online"]);
    expect(driver.devices()[0]?.lastSeenMs).toBeGreaterThan(0);
  });

  test("an unplugged line is a LineDownError for who waits and who comes, until the replug", async () => {
    await start();
    pty.write(Buffer.of(1));
    await until(() => statuses().length === 1);
    const waiting = expect(read()).rejects.toThrow(LineDownError);
    await pty.unplug();
    await waiting;
    await expect(read()).rejects.toThrow(LineDownError);
    const write = driver.query("robot", { op: "write", bytes: Buffer.of(1) }, LONG);
    await expect(write).rejects.toThrow(LineDownError);
    expect(statuses()).toEqual(["online", "offline"]);
    await pty.plugIn();
    await until(() => pty.isOpen);
    const answered = read();
    pty.write(Buffer.of(1));
    await expect(answered).resolves.toBeDefined();
  });

  test("knows one device and what a stream can do, and says so of everything else", async () => {
    expect(() => create({}, ["a", "b"])).toThrow(ConfigError);
    await start();
    await expect(driver.query("other", { op: "read" }, LONG)).rejects.toThrow(NotFoundError);
    const reset = driver.query("robot", { op: "reset" }, LONG);
    await expect(reset).rejects.toThrow(OperationNotAllowedError);
  });

  test("stop refuses what waits, twice is once, and no timer stays; it starts again", async () => {
    await start();
    pty.write(Buffer.of(1));
    await until(() => statuses().length === 1);
    const refused = expect(read()).rejects.toThrow(DriverUnavailableError);
    await driver.stop();
    await driver.stop();
    await refused;
    expect(clock.outstanding).toBe(0);
    await expect(read()).rejects.toThrow(DriverUnavailableError);
    await driver.start(new AbortController().signal);
    await until(() => pty.isOpen);
    const answered = read();
    pty.write(Buffer.of(1));
    await expect(answered).resolves.toBeDefined();
  });

  test("an aborted start leaves nothing", async () => {
    await expect(driver.start(AbortSignal.abort())).rejects.toThrow();
    expect(clock.outstanding).toBe(0);
  });
});
