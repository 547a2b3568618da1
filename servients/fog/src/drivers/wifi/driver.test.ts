import {
  ConfigError,
  createRng,
  silentLogger,
  VirtualClock,
  validateConfig,
} from "@fogwot/core/base";
import { describe, expect, test } from "@jest/globals";
import { describeDriver } from "../compliance";
import type { DriverHarness } from "../compliance-harness";
import type { Driver, DriverContext, DriverDevice } from "../driver";
import { driver as definition } from ".";
import { PosixBoard } from "./testing/posix-board";
import { UdpBoard } from "./testing/udp-board";

function create(
  devices: readonly DriverDevice[],
  context: DriverContext,
  settings: Record<string, unknown> = {},
): Driver {
  return definition.create(
    { devices, settings: validateConfig(settings, definition.settings, "test") },
    context,
  );
}

async function openUdpBoards(): Promise<DriverHarness> {
  const ids = ["wifi-1", "wifi-2", "wifi-3"] as const;
  const boards = new Map<string, UdpBoard>();
  for (const id of ids) boards.set(id, await new UdpBoard().start());
  const board = (id: string): UdpBoard => boards.get(id) as UdpBoard;
  return {
    ids,
    create: (context, { keepAliveMs, parameters }) =>
      create(
        ids.map((id, i) => ({
          id,
          address: board(id).address,
          ...(i === 0 && parameters ? { parameters } : {}),
        })),
        context,
        { keepAliveMs },
      ),
    silence: (id) => {
      board(id).isSilent = true;
    },
    speak: (id) => {
      board(id).isSilent = false;
    },
    tricks: {
      sendMalformed(id, count) {
        for (let i = 0; i < count; i++) board(id).sendRaw(Buffer.alloc(i % 40, i));
      },
      received: (id, type) => board(id).count(type),
      delayReplies: (id, delayMs) => {
        board(id).delayMs = delayMs;
      },
      ignoreNext: (id, count) => {
        board(id).ignoreNext = count;
      },
      refuse: (id) => {
        board(id).refuseWith = 4;
      },
      push: (id) => board(id).push(29_000),
      restart: (id) => board(id).restart(),
    },
    async close() {
      for (const one of boards.values()) one.stop();
    },
  };
}

async function openPosixBoards(): Promise<DriverHarness> {
  const ids = ["wifi-1", "wifi-2"] as const;
  const boards = await Promise.all(ids.map((_, i) => PosixBoard.start(i + 1)));
  const board = (id: string): PosixBoard =>
    boards[ids.indexOf(id as (typeof ids)[number])] as PosixBoard;
  return {
    ids,
    create: (context, { keepAliveMs }) =>
      create(
        ids.map((id) => ({ id, address: board(id).address })),
        context,
        { keepAliveMs },
      ),
    silence: (id) => board(id).silence(),
    speak: (id) => board(id).speak(),
    async close() {
      await Promise.all(boards.map((one) => one.stop()));
    },
  };
}

describeDriver("Wi-Fi, boards made for tests:", openUdpBoards, { canMisbehave: true });
describeDriver("Wi-Fi, the firmware as a Linux process:", openPosixBoards, { canMisbehave: false });

describe("the Wi-Fi driver's configuration", () => {
  const context: DriverContext = {
    log: silentLogger,
    clock: new VirtualClock(),
    rng: (purpose) => createRng(1, purpose),
    nonce: 1,
    timeScale: 1,
  };

  test.each(["127.0.0.1", "nowhere:0", "host:65536", ":4210", "::1:4210", "a b:1"])(
    "the address %p is refused, naming the device",
    (address) => {
      const make = () => create([{ id: "wifi-1", address }], context);
      expect(make).toThrow(ConfigError);
      expect(make).toThrow(/wifi-1/);
    },
  );

  test("two devices cannot have one address", () => {
    const address = "127.0.0.1:4210";
    const devices = ["a", "b"].map((id) => ({ id, address }));
    expect(() => create(devices, context)).toThrow(/an address of its own/);
  });

  test("a device whose name does not resolve is silent; the others work", async () => {
    const board = await new UdpBoard().start();
    const devices = [
      { id: "real", address: board.address },
      { id: "lost", address: "no-such-host.invalid:4210" },
    ];
    const clock = new VirtualClock();
    const driver = create(devices, { ...context, clock });
    await driver.start(new AbortController().signal);
    await expect(driver.query("real", { op: "read" }, { timeoutMs: 500 })).resolves.toBeDefined();
    const lost = expect(driver.query("lost", { op: "read" }, { timeoutMs: 500 })).rejects.toThrow(
      /did not answer within 500 ms/,
    );
    await clock.advance(501);
    await lost;
    await driver.stop();
    board.stop();
    expect(clock.pending).toBe(0);
  });
});
