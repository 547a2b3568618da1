import { createRng, DeviceFaultError, DeviceTimeoutError, silentLogger } from "@fogwot/core";
import type { Driver, DriverData } from "@fogwot/fog";
import { CountingClock, type UdpBoard, until } from "@fogwot/fog/testing";
import { afterEach, describe, expect, test } from "@jest/globals";
import type { Peripheral } from "../../src/emulation/hci/air";
import { AttServer } from "../../src/emulation/hci/att-server";
import { aclPackets } from "../../src/emulation/hci/packets";
import { address, BleAir } from "./network";

const LONG = { timeoutMs: 10_000 };
const IDS = ["ble-1", "ble-2"] as const;
const FIRST = address(1).replaceAll(":", "").toLowerCase();

const LIBRARIES = ["@abandonware/noble", "@stoprocent/noble"];

describe.each(LIBRARIES)("the BLE driver on %s", (library) => {
  /** Of what is the driver's own, whatever library is below it. */
  const testOnce = (title: string, work: () => Promise<void>): void => {
    if (library === LIBRARIES[0]) test(title, work);
  };
  let air: BleAir;
  let boards: UdpBoard[];
  let driver: Driver;
  let heard: DriverData[];
  let clock: CountingClock;

  interface Options {
    readonly settings?: Readonly<Record<string, unknown>>;
    readonly ids?: readonly string[];
    readonly parameters?: Readonly<Record<string, number | null>>;
    readonly before?: () => void;
  }
  const open = async (options: Options = {}): Promise<void> => {
    const { settings, ids = IDS, parameters, before } = options;
    air = await BleAir.open();
    boards = [await air.addDouble("ble-1", 1), await air.addDouble("ble-2", 2)];
    before?.();
    clock = new CountingClock();
    const rng = (purpose: string) => createRng(1, purpose);
    const context = { log: silentLogger, clock, rng, nonce: 7, timeScale: 1 };
    const quick = { keepAliveMs: 60_000, connectTimeoutMs: 200, library, ...settings };
    driver = air.driver(ids, context, quick, parameters);
    heard = [];
    driver.onData((data) => heard.push(data));
    await driver.start(new AbortController().signal);
  };
  const board = (n = 1): UdpBoard => boards[n - 1] as UdpBoard;
  const status = (n = 1) => driver.devices()[n - 1]?.status;
  const online = (): Promise<void> =>
    until(() => driver.devices().every((one) => one.status === "online"), "every device");
  const read = (id: string = IDS[0], options = LONG) => driver.query(id, { op: "read" }, options);
  const count = (cause: string): number => driver.counters[cause] ?? 0;
  const readings = () => heard.filter(({ kind }) => kind === "reading");

  afterEach(async () => {
    await driver.stop();
    await air[Symbol.asyncDispose]();
    expect(clock.outstanding).toBe(0);
    expect(air.line.controller.openConnections).toBe(0);
  });

  test("refuses what waits when the line hangs up, and serves again after a replug", async () => {
    await open();
    await online();
    board().isSilent = true;
    const waiting = expect(read()).rejects.toMatchObject({ code: "LINE_DOWN", status: 503 });
    await air.line.unplug();
    await waiting;
    await expect(read()).rejects.toMatchObject({ code: "LINE_DOWN" });
    expect([status(1), status(2)]).toEqual(["offline", "offline"]);
    board().isSilent = false;
    await until(() => count("openFailures") > 0);
    await air.line.plugIn();
    await online();
    await expect(read()).resolves.toBeDefined();
    expect(count("hangUps")).toBe(1);
  });

  test("ends a read whose device goes away in the middle, and reads it again when it is back", async () => {
    await open();
    await online();
    board().isSilent = true;
    const cut = read("ble-1", { timeoutMs: 60_000 });
    const lost = expect(cut).rejects.toMatchObject({ code: "DEVICE_UNREACHABLE" });
    await until(() => board().count("query") > 1);
    // No word from the device: the controller finds it out by the supervision timeout.
    air.boards.get("ble-1")?.power(false);
    await expect(read("ble-2")).resolves.toBeDefined();
    await lost;
    await until(() => status() === "offline");
    await expect(read()).rejects.toMatchObject({ code: "DEVICE_UNREACHABLE" });
    board().isSilent = false;
    air.boards.get("ble-1")?.power(true);
    await online();
    await expect(read()).resolves.toBeDefined();
  });

  testOnce("tells what was never sent from what was never answered", async () => {
    await open({ settings: { connectTimeoutMs: 10_000 }, ids: ["ble-1"] });
    await online();
    air.boards.get("ble-1")?.power(false);
    air.line.controller.terminate(FIRST);
    await until(() => count("connectionsLost") === 1);
    await expect(read("ble-1", { timeoutMs: 60 })).rejects.toMatchObject({
      code: "DEVICE_UNREACHABLE",
      reason: "not connected",
    });
    expect(status()).toBe("online");
  });

  test("does not let a device that is gone while it is connected keep the others waiting", async () => {
    await open();
    await online();
    // Both are lost at once; the first is gone when its turn comes, and a controller waits for ever.
    air.boards.get("ble-1")?.power(false);
    air.line.controller.terminate(FIRST);
    air.line.controller.terminate(FIRST.replace(/1$/, "2"));
    await until(() => count("connectFailures") > 0);
    await expect(read("ble-2")).resolves.toBeDefined();
    await until(() => status() === "offline");
    air.boards.get("ble-1")?.power(true);
    await online();
    await expect(read()).resolves.toBeDefined();
  });

  test("hears each notification once, also after the device was gone meanwhile", async () => {
    await open();
    await online();
    await read();
    heard.length = 0;
    board().push(29_000);
    await until(() => readings().length === 1);
    expect(readings()[0]).toMatchObject({ reading: { values: { temperature: 29 } } });
    for (let i = 0; i < 3; i++) {
      const before = count("connections");
      air.line.controller.terminate(FIRST);
      await until(() => count("connections") > before);
    }
    await read();
    heard.length = 0;
    board().push(31_000);
    board().push(32_000);
    await until(() => readings().length > 0);
    await read("ble-2");
    expect(readings()).toHaveLength(1);
    expect(readings()[0]).toMatchObject({ reading: { values: { temperature: 32 } } });
    expect(status()).toBe("online");
  });

  test("asks once, and gives an answer that is late to nobody", async () => {
    await open();
    await online();
    const before = board().count("query");
    board().delayMs = 120;
    await expect(read("ble-1", { timeoutMs: 40 })).rejects.toThrow(DeviceTimeoutError);
    expect(board().count("query")).toBe(before + 1);
    board().delayMs = 0;
    board().values = [
      { quantity: 1, milli: -5_250 },
      { quantity: 2, milli: 80_000 },
    ];
    const { reading } = await read();
    expect(reading?.values).toEqual({ temperature: -5.25, relativeHumidity: 80 });
    expect(board().count("query")).toBe(before + 2);
    expect(count("reconnects")).toBe(1);
    expect(status()).toBe("online");
  });

  test("says what a device refuses, reads and writes alike, and goes on", async () => {
    await open();
    await online();
    board().refuseWith = 4;
    await expect(read()).rejects.toThrow(DeviceFaultError);
    const set = (value: number) =>
      driver.query("ble-1", { op: "set", parameter: "samplingIntervalMs", value }, LONG);
    await expect(set(2_000)).rejects.toThrow(DeviceFaultError);
    const threshold = { op: "set", parameter: "threshold", value: 30 } as const;
    await expect(driver.query("ble-1", threshold, LONG)).rejects.toThrow(DeviceFaultError);
    board().refuseWith = null;
    await expect(set(2_000)).resolves.toBeDefined();
    await expect(read()).resolves.toBeDefined();
    expect(count("reconnects")).toBe(0);
  });

  test("gets over an answer that stops noble's queue for ever", async () => {
    await open({ ids: ["ble-1"] });
    await online();
    board().isSilent = true;
    const stuck = expect(read("ble-1", { timeoutMs: 150 })).rejects.toThrow(DeviceTimeoutError);
    // Error Response, Invalid PDU: noble takes it for a quarrel about the MTU, and waits on.
    const [error] = aclPackets(0x0040, 4, Buffer.from("010a060004", "hex"));
    air.line.line.write(error as Buffer);
    await stuck;
    board().isSilent = false;
    await expect(read()).resolves.toBeDefined();
  });

  testOnce("sets what is configured, and again when the device may have forgotten it", async () => {
    await open({ parameters: { samplingIntervalMs: 2_000 } });
    await until(() => board().count("set") === 1);
    expect(board().received.find(({ type }) => type === "set")).toMatchObject({ value: 2_000 });
    await read();
    air.line.controller.terminate(FIRST);
    await until(() => count("connectionsLost") === 1);
    await read();
    await until(() => board().count("set") === 2);
  });

  testOnce("repeats a setting until it is acknowledged", async () => {
    await open();
    await online();
    board().ignoreNext = 1;
    await driver.query("ble-1", { op: "reset" }, LONG);
    expect(board().count("set")).toBe(2);
  });

  testOnce(
    "lets a peripheral go that is no sensor, and finds its own among strangers",
    async () => {
      const stranger: Peripheral = {
        address: "c4c138000009",
        addressType: 1,
        advertisement: Buffer.of(2, 1, 6),
        scanResponse: Buffer.alloc(0),
        isThere: true,
        connect: (send) => {
          const server = new AttServer(
            [{ uuid: "180f", characteristics: [] }],
            send,
            () => undefined,
          );
          return { take: (pdu) => server.take(pdu), end: () => undefined };
        },
      };
      const lonely = { ...stranger, address: "c4c138000003" };
      await open({
        ids: ["ble-1", "ble-2", "ble-3"],
        before: () => {
          air.line.air.add(stranger);
          air.line.air.add(lonely);
        },
      });
      await until(() => status(1) === "online" && status(2) === "online");
      await until(() => count("unsuitable") === 1);
      await expect(read("ble-3", { timeoutMs: 2_000 })).rejects.toMatchObject({ status: 504 });
      expect(count("connectAttempts")).toBe(3);
    },
  );
});
