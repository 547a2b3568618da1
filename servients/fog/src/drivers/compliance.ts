import {
  createRng,
  DeviceFaultError,
  DeviceTimeoutError,
  DriverUnavailableError,
  NotFoundError,
  silentLogger,
} from "@fogwot/core/base";
import { CountingClock } from "../testing/counting-clock";
import { afterEach, beforeEach, describe, expect, test } from "../testing/jest";
import { until } from "../testing/until";
import type { DriverCapabilities, DriverHarness, HarnessOptions } from "./compliance-harness";
import type { Driver, DriverData } from "./driver";

const LONG_MS = 5_000;

/** What a driver is (driver.ts), sentence by sentence, against real or emulated devices. */
export function describeDriver(
  name: string,
  open: () => Promise<DriverHarness>,
  { canMisbehave, delivers = "readings" }: DriverCapabilities,
): void {
  describe(`${name} driver`, () => {
    let harness: DriverHarness;
    let clock: CountingClock;
    let driver: Driver;
    let heard: DriverData[];
    let id: string;

    const whereReadings = (title: string, body: () => Promise<void>): void => {
      if (delivers === "readings") test(title, body);
    };

    const make = (options: Partial<HarnessOptions> = {}): Driver => {
      clock = new CountingClock();
      driver = harness.create(
        {
          log: silentLogger,
          clock,
          rng: (purpose) => createRng(7, "compliance", purpose),
          nonce: 65_530,
          timeScale: 1,
        },
        { keepAliveMs: 60_000, ...options },
      );
      heard = [];
      driver.onData((data) => heard.push(data));
      return driver;
    };
    const start = async (options: Partial<HarnessOptions> = {}): Promise<void> => {
      await make(options).start(new AbortController().signal);
      await until(() => driver.devices().every(({ status }) => status === "online"));
    };
    const read = (device: string, timeoutMs = LONG_MS) =>
      driver.query(device, { op: "read" }, { timeoutMs });
    const statuses = (device: string): string[] =>
      heard.flatMap((data) =>
        data.kind === "status" && data.device === device ? data.status : [],
      );

    beforeEach(async () => {
      harness = await open();
      id = harness.ids[0];
    });
    afterEach(async () => {
      await driver.stop();
      await harness.close();
    });

    test(`devices are offline before they are heard, and online after, with ${delivers}`, async () => {
      expect(make().devices()).toHaveLength(harness.ids.length);
      expect(driver.devices()[0]).toMatchObject({ id, status: "offline", lastReading: null });
      await start();
      expect(statuses(id)).toEqual(["online"]);
      if (delivers === "bytes") await until(() => heard.some(({ kind }) => kind === "bytes"));
      else await until(() => driver.devices().every(({ lastReading }) => lastReading !== null));
      expect(driver.devices()[0]?.lastSeenMs).toBeGreaterThan(0);
    });

    whereReadings(
      "a read gives a reading, stamped with the driver's time less its age",
      async () => {
        await start();
        const before = Date.now();
        const { reading, deviceRttMs } = await read(id);
        expect(Object.keys(reading?.values ?? {}).length).toBeGreaterThan(0);
        const ageMs = reading?.ageMs ?? Number.NaN;
        expect(reading?.timestampMs).toBeGreaterThanOrEqual(before - ageMs);
        expect(reading?.timestampMs).toBeLessThanOrEqual(Date.now() - ageMs);
        expect(deviceRttMs).toBeGreaterThan(0);
        expect(deviceRttMs).toBeLessThan(LONG_MS);
      },
    );

    test("a silent device is a DeviceTimeoutError; the others answer meanwhile", async () => {
      await start();
      await harness.silence(id);
      const lost = read(id, 60);
      await Promise.all(harness.ids.slice(1).map((other) => read(other)));
      await expect(lost).rejects.toThrow(DeviceTimeoutError);
      await expect(lost).rejects.toMatchObject({ deviceId: id, timeoutMs: 60 });
      harness.speak(id);
      await expect(read(id)).resolves.toBeDefined();
    });

    test("queries to all devices, many to each, run at the same time", async () => {
      await start();
      const asked = harness.ids.flatMap((one) => Array.from({ length: 40 }, () => read(one)));
      expect(await Promise.all(asked)).toHaveLength(harness.ids.length * 40);
    });

    test("a device nobody configured is a NotFoundError", async () => {
      await start();
      await expect(read("nobody")).rejects.toThrow(NotFoundError);
      expect(() => driver.filter("nobody")).toThrow(NotFoundError);
    });

    test("the packet filter loses queries, not the device", async () => {
      await start({ keepAliveMs: 50 });
      driver.filter(id).set({ filterLoss: 1 });
      await expect(read(id, 300)).rejects.toThrow(DeviceTimeoutError);
      expect(driver.devices()[0]?.status).toBe("online");
      driver.filter(id).reset();
      await expect(read(id)).resolves.toBeDefined();
    });

    test("the packet filter's delay is part of the round trip", async () => {
      await start();
      driver.filter(id).set({ extraDelayMs: 80 });
      expect((await read(id)).deviceRttMs).toBeGreaterThan(79);
      await expect(read(id, 40)).rejects.toThrow(DeviceTimeoutError);
    });

    test("stop refuses what waits and what comes, twice is once, and no timer or handle stays", async () => {
      const before = handles();
      await start();
      await harness.silence(id);
      const waiting = [read(id, 60_000)];
      if (delivers === "readings") {
        waiting.push(driver.query(id, { op: "reset" }, { timeoutMs: 60_000 }));
      }
      const refused = waiting.map((one) => expect(one).rejects.toThrow(DriverUnavailableError));
      await driver.stop();
      await driver.stop();
      await Promise.all(refused);
      await expect(read(id)).rejects.toThrow(DriverUnavailableError);
      expect(clock.outstanding).toBe(0);
      await until(() => handles() <= before, "the handles to close");
    });

    test("a stopped driver starts again", async () => {
      await start();
      await driver.stop();
      await driver.start(new AbortController().signal);
      await expect(read(id)).resolves.toBeDefined();
    });

    test("an aborted start leaves nothing", async () => {
      const before = handles();
      await expect(make().start(AbortSignal.abort())).rejects.toThrow();
      expect(clock.outstanding).toBe(0);
      await until(() => handles() <= before, "the handles to close");
    });

    test("a device goes offline after missed keep-alives, and online with any frame", async () => {
      await start({ keepAliveMs: 40 });
      await harness.silence(id);
      await until(() => statuses(id).at(-1) === "offline");
      for (const { status } of driver.devices().slice(1)) expect(status).toBe("online");
      harness.speak(id);
      await until(() => statuses(id).at(-1) === "online");
      expect(statuses(id)).toEqual(["online", "offline", "online"]);
    });

    whereReadings("keep-alives bring readings of a device that nobody asks", async () => {
      await start({ keepAliveMs: 30 });
      const readings = () => heard.filter(({ kind }) => kind === "reading").length;
      await until(() => readings() > 5);
    });

    test("a lost query changes no status", async () => {
      await start();
      await harness.silence(id);
      await expect(read(id, 30)).rejects.toThrow(DeviceTimeoutError);
      expect(statuses(id)).toEqual(["online"]);
    });

    whereReadings("a set and a reset are acknowledged, and the parameter is kept", async () => {
      await start();
      const request = { op: "set", parameter: "samplingIntervalMs", value: 3_000 } as const;
      await expect(driver.query(id, request, { timeoutMs: LONG_MS })).resolves.toBeDefined();
      expect(driver.devices()[0]?.parameters).toEqual({ samplingIntervalMs: 3_000 });
      await expect(
        driver.query(id, { op: "reset" }, { timeoutMs: LONG_MS }),
      ).resolves.toBeDefined();
    });

    const tricks = (): NonNullable<DriverHarness["tricks"]> => {
      if (!harness.tricks) throw new NotFoundError("tricks of the harness");
      return harness.tricks;
    };
    if (!canMisbehave) return;
    describe("with devices that misbehave", () => {
      test("malformed messages are counted and disturb nobody", async () => {
        await start();
        tricks().sendMalformed(id, 500);
        await until(() => (driver.counters.malformed ?? 0) >= 500);
        await expect(read(id)).resolves.toBeDefined();
      });

      test("a read is one attempt", async () => {
        await start();
        const before = tricks().received(id, "query");
        await harness.silence(id);
        await expect(read(id, 500)).rejects.toThrow(DeviceTimeoutError);
        expect(tricks().received(id, "query")).toBe(before + 1);
      });

      test("a late reply is a loss, and answers nobody else", async () => {
        await start();
        tricks().delayReplies(id, 120);
        await expect(read(id, 40)).rejects.toThrow(DeviceTimeoutError);
        await until(() => (driver.counters.late ?? 0) > 0);
        tricks().delayReplies(id, 0);
        await expect(read(id)).resolves.toBeDefined();
      });

      test("a set is repeated until it is acknowledged", async () => {
        await start();
        tricks().ignoreNext(id, 2);
        const request = { op: "set", parameter: "threshold", value: 28.5 } as const;
        await driver.query(id, request, { timeoutMs: LONG_MS });
        expect(tricks().received(id, "set")).toBe(3);
      });

      test("what a device refuses is a DeviceFaultError", async () => {
        await start();
        tricks().refuse(id);
        await expect(read(id)).rejects.toThrow(DeviceFaultError);
        const request = { op: "set", parameter: "threshold", value: null } as const;
        const set = driver.query(id, request, { timeoutMs: LONG_MS });
        await expect(set).rejects.toThrow(DeviceFaultError);
      });

      test("what a device says by itself is heard", async () => {
        await start();
        heard.length = 0;
        tricks().push(id);
        await until(() => heard.length > 0);
        expect(heard[0]).toMatchObject({ kind: "reading", device: id });
      });

      test("configured parameters are set, and set again after a restart", async () => {
        await start({ keepAliveMs: 50, parameters: { samplingIntervalMs: 2_000, threshold: 30 } });
        await until(() => tricks().received(id, "set") === 2);
        tricks().restart(id);
        await until(() => tricks().received(id, "set") === 4);
        expect(driver.counters.restarts).toBe(1);
      });
    });
  });
}

/** Open handles of this process, timers and the like aside. */
function handles(): number {
  const transient = ["Timeout", "Immediate", "TickObject"];
  return process.getActiveResourcesInfo().filter((kind) => !transient.includes(kind)).length;
}
