import { createRng, DeviceTimeoutError, DeviceUnreachableError, silentLogger } from "@fogwot/core";
import type { Driver, DriverData } from "@fogwot/fog";
import { CountingClock, type UdpBoard, until } from "@fogwot/fog/testing";
import { encodeFrame, wrap } from "@fogwot/fog/xbee";
import { afterEach, describe, expect, test } from "@jest/globals";
import { leafAddress, ZigbeeNetwork } from "./network";

const LONG = { timeoutMs: 10_000 };
const IDS = ["zig-1", "zig-2"] as const;

describe("the Zigbee driver", () => {
  let network: ZigbeeNetwork;
  let boards: UdpBoard[];
  let driver: Driver;
  let heard: DriverData[];
  let clock: CountingClock;

  interface Options {
    readonly module?: object;
    readonly settings?: Readonly<Record<string, unknown>>;
    readonly ids?: readonly string[];
  }
  const open = async ({ module, settings, ids = IDS }: Options = {}): Promise<void> => {
    network = await ZigbeeNetwork.open(module);
    boards = [await network.addDouble("zig-1", 1), await network.addDouble("zig-2", 2)];
    clock = new CountingClock();
    const rng = (purpose: string) => createRng(1, purpose);
    const context = { log: silentLogger, clock, rng, nonce: 7, timeScale: 1 };
    driver = network.driver(ids, context, { keepAliveMs: 60_000, ...settings });
    heard = [];
    driver.onData((data) => heard.push(data));
    await driver.start(new AbortController().signal);
  };
  const online = (): Promise<void> =>
    until(() => driver.devices().every(({ status }) => status === "online"), "every device");
  const read = (id: string = IDS[0], options = LONG) => driver.query(id, { op: "read" }, options);
  const count = (cause: string): number => driver.counters[cause] ?? 0;

  afterEach(async () => {
    await driver.stop();
    await network[Symbol.asyncDispose]();
    expect(clock.outstanding).toBe(0);
  });

  test("refuses what waits when the line hangs up, and serves again after a replug", async () => {
    await open();
    await online();
    (boards[0] as UdpBoard).isSilent = true;
    const waiting = expect(read()).rejects.toMatchObject({ code: "LINE_DOWN", status: 503 });
    await network.line.unplug();
    await waiting;
    await expect(read()).rejects.toMatchObject({ code: "LINE_DOWN" });
    expect(driver.devices().map(({ status }) => status)).toEqual(["offline", "offline"]);
    (boards[0] as UdpBoard).isSilent = false;
    await network.line.plugIn();
    await online();
    await expect(read()).resolves.toBeDefined();
    expect(driver.counters).toMatchObject({ hangUps: 1, opened: 2 });
  });

  test("starts without its line, and finds its devices as soon as there is one", async () => {
    network = await ZigbeeNetwork.open();
    await network.line.unplug();
    const rng = (purpose: string) => createRng(1, purpose);
    clock = new CountingClock();
    driver = network.driver(IDS, { log: silentLogger, clock, rng, nonce: 7, timeScale: 1 });
    await driver.start(new AbortController().signal);
    await expect(read()).rejects.toMatchObject({ code: "LINE_DOWN" });
    await network.addDouble("zig-1", 1);
    await network.addDouble("zig-2", 2);
    await network.line.plugIn();
    await online();
  });

  test("counts what is no frame on the line, and reads what comes behind it", async () => {
    await open();
    await online();
    const { line } = network.line;
    const say = (hex: string): boolean => line.write(Buffer.from(hex, "hex"));
    say("7e00028a066e");
    await until(() => count("bad-checksum") === 1);
    await expect(read()).resolves.toBeDefined();
    say("7e0000ff");
    await until(() => count("bad-length") === 1);
    await expect(read()).resolves.toBeDefined();
    line.write(wrap(Buffer.from("8b0100000000", "hex"), 1));
    line.write(wrap(Buffer.from("a10000", "hex"), 1));
    await until(() => count("short-frame") === 1 && count("unknown-type") === 1);
    await expect(read()).resolves.toBeDefined();
    // A frame that never ends keeps the next one for a tenth of a second, not for ever.
    say("7e0060");
    await expect(read()).resolves.toBeDefined();
  });

  test("reads the answer behind 1 MB of noise", async () => {
    await open();
    await online();
    // Four blocks may wait in the emulated line, whose buffer holds 65,536 bytes: the rest of it is for
    // the answer, which would be lost there as it would be in a UART that is full.
    const noise = Buffer.alloc(16_000);
    let state = 1;
    const before = count("noise") + count("bad-length");
    for (let sent = 0; sent < 1 << 20; ) {
      for (let i = 0; i < noise.length; i++) {
        state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
        noise[i] = state >>> 24;
      }
      // The line's own buffer is bounded: what it does not take now, it takes soon.
      const from = sent;
      await until(() => network.line.line.write(noise));
      sent = from + noise.length;
    }
    const asked = read();
    await expect(asked).resolves.toBeDefined();
    expect(count("noise") + count("bad-length") - before).toBeGreaterThan(900_000);
  });

  test("says at once that a leaf does not acknowledge, long before the time-out", async () => {
    await open();
    await online();
    network.links.get("zig-1")?.cut();
    const refused = read("zig-1", { timeoutMs: 60_000 });
    await expect(refused).rejects.toThrow(DeviceUnreachableError);
    await expect(refused).rejects.toMatchObject({
      deviceId: "zig-1",
      reason: "network ACK failure (0x21)",
      details: { deliveryStatus: 0x21 },
    });
    await expect(read("zig-2")).resolves.toBeDefined();
    expect(count("undelivered 0x21")).toBeGreaterThan(0);
    // A setting goes on being repeated: the leaf may be back before its time-out.
    const set = driver.query("zig-1", { op: "reset" }, LONG);
    network.links.get("zig-1")?.restore();
    await expect(set).resolves.toBeDefined();
  });

  test("tells a board that got the request and is silent from one that was not reached", async () => {
    await open({ ids: ["zig-1", "zig-2", "elsewhere"] });
    await until(() => driver.devices()[0]?.status === "online");
    (boards[0] as UdpBoard).isSilent = true;
    await expect(read("zig-1", { timeoutMs: 100 })).rejects.toThrow(DeviceTimeoutError);
    await expect(read("elsewhere")).rejects.toMatchObject({ reason: "address not found (0x24)" });
  });

  test("has more requests under way than there are frame ids", async () => {
    await open();
    await online();
    for (const board of boards) board.delayMs = 50;
    const asked = IDS.flatMap((id) => Array.from({ length: 250 }, () => read(id)));
    expect(await Promise.all(asked)).toHaveLength(500);
  });

  test("sets a module that is in the other API mode, again after its restart", async () => {
    await open({ module: { apiMode: 2 }, settings: { apiMode: 1 } });
    await online();
    await expect(read()).resolves.toBeDefined();
    network.line.coordinator.powerUp();
    await until(() => count("modem hardware reset") === 1);
    await expect(read()).resolves.toBeDefined();
  });

  test("finds no module at another speed, and says so by its counters", async () => {
    await open({ module: { baudRate: 57_600 }, settings: { baudRate: 9_600 } });
    await until(() => network.line.line.baudRate === 9_600);
    await expect(read("zig-1", { timeoutMs: 100 })).rejects.toThrow(DeviceTimeoutError);
    await until(() => count("moduleRefusals") > 0);
    expect(driver.devices()[0]?.status).toBe("offline");
  });

  describe("that admits boards", () => {
    const join = { type: "climate-thermistor", discoverMs: 60_000, leaveAfterMs: 60_000 };
    const second = `zigbee-${leafAddress(2).replace(" ", "").toLowerCase()}`;
    const joined = () => heard.filter(({ kind }) => kind === "joined");

    test("finds one by asking around, serves it, and forgets it when it has left", async () => {
      const quick = { ...join, discoverMs: 300, leaveAfterMs: 300 };
      await open({ ids: ["zig-1"], settings: { join: quick, keepAliveMs: 200, offlineAfter: 2 } });
      await until(() => driver.devices().length === 2);
      await online();
      expect(joined()[0]).toEqual({
        kind: "joined",
        device: second,
        joined: { type: "climate-thermistor", title: "zig-2", address: second.slice(7) },
      });
      expect(driver.devices()[1]).toMatchObject({ id: second, joined: { title: "zig-2" } });
      await expect(read(second)).resolves.toBeDefined();
      network.boards.get("zig-2")?.power(false);
      await until(() => driver.devices().length === 1);
      expect(heard.at(-1)).toEqual({ kind: "left", device: second });
      expect(driver.devices().map(({ id }) => id)).toEqual(["zig-1"]);
      await expect(read(second)).rejects.toMatchObject({ code: "NOT_FOUND" });
    });

    test("admits one that tells of itself, and one it only hears", async () => {
      await open({ ids: ["zig-1"], settings: { join: { ...join, discoverMs: 3_600_000 } } });
      await until(() => driver.devices().length === 2);
      const third = await network.addDouble("zig-3", 3);
      network.boards.get("zig-3")?.power(false);
      network.boards.get("zig-3")?.power(true);
      await until(() => driver.devices().length === 3);
      await until(() => third.count("query") > 0);
      // A fourth has never been announced: a packet of its own makes it known.
      await network.addDouble("zig-4", 4);
      const address64 = leafAddress(4).replace(" ", "").toLowerCase();
      const payload = Buffer.from("anything");
      const packet = { type: "receive", address64, address16: 4, options: 1, payload } as const;
      network.line.line.write(wrap(encodeFrame(packet), 1));
      await until(() => driver.devices().length === 4);
      expect(driver.devices()[3]?.joined?.title).toBe("zig-4");
      await online();
    });

    test("is asked for by the site file: without it strangers are counted, and no device", async () => {
      await open({ ids: ["zig-1"] });
      await online();
      for (let i = 0; i < 3; i++) {
        network.boards.get("zig-2")?.power(false);
        network.boards.get("zig-2")?.power(true);
      }
      await until(() => count("strangers") > 0);
      expect(count("strangers")).toBe(1);
      expect(driver.devices()).toHaveLength(1);
    });
  });

  test("stops while a module is silent and a search is under way", async () => {
    await open({ settings: { join: { type: "climate-thermistor" } } });
    await online();
    await driver.stop();
    expect(clock.outstanding).toBe(0);
  });
});
