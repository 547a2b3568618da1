import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import {
  ConfigError,
  compiledEntry,
  DriverUnavailableError,
  packageRoot,
  Supervisor,
  silentLogger,
  systemClock,
} from "@fogwot/core/base";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { createDriverClient, type DriverClient, driverEndpoints } from "../ipc";
import { isAlive, residentBytes } from "../testing/processes";
import { type TemporaryFolder, temporaryFolder } from "../testing/temporary-folder";
import { until } from "../testing/until";
import { listDrivers, loadDriver } from "./load-driver";
import type { DriverProcessConfig } from "./program";
import { UdpBoard } from "./wifi/testing/udp-board";

jest.setTimeout(60_000);

const ENTRY = compiledEntry(path.join(__dirname, "main.ts"));
const read = { op: "read" } as const;
const LONG = { timeoutMs: 10_000 };

describe("a driver process", () => {
  let folder: TemporaryFolder;
  let board: UdpBoard;
  let supervisor: Supervisor;
  let client: DriverClient;
  let config: DriverProcessConfig;
  const pid = (): number => supervisor.children()[0]?.pid ?? 0;

  beforeEach(async () => {
    folder = temporaryFolder();
    board = await new UdpBoard().start();
    const endpoints = driverEndpoints(folder.path, "wifi");
    config = {
      driver: "wifi",
      devices: [{ id: "wifi-1", address: board.address }],
      settings: { keepAliveMs: 200 },
      endpoints,
      seed: 1,
      timeScale: 1,
      logLevel: "silent",
    };
    supervisor = new Supervisor({ clock: systemClock, log: silentLogger });
    await supervisor.start({ name: "wifi", entry: ENTRY, config });
    client = createDriverClient({ ...endpoints, name: "wifi" });
    await client.connected(10_000);
  });
  afterEach(async () => {
    client.close();
    await supervisor.stop();
    board.stop();
    await folder[Symbol.asyncDispose]();
  });

  test("answers queries over IPC", async () => {
    const { reading, deviceRttMs } = await client.query("wifi-1", read, LONG);
    expect(reading?.values).toEqual({ temperature: 21.5, relativeHumidity: 45 });
    expect(deviceRttMs).toBeGreaterThan(0);
  });

  test("killed, it refuses what waits at once, and serves again after its restart", async () => {
    await until(() => board.count("query") > 0);
    board.isSilent = true;
    const waiting = client.query("wifi-1", read, { timeoutMs: 60_000 });
    const refused = expect(waiting).rejects.toThrow(DriverUnavailableError);
    const before = pid();
    process.kill(before, "SIGKILL");
    await refused;
    board.isSilent = false;
    await client.connected(30_000);
    await expect(client.query("wifi-1", read, LONG)).resolves.toBeDefined();
    expect(pid()).not.toBe(before);
  });

  test("counts 100 000 malformed datagrams, answers meanwhile, and does not grow", async () => {
    const malformed = async (): Promise<number> => (await client.driverCounters()).malformed ?? 0;
    const flood = async (count: number): Promise<void> => {
      const end = (await malformed()) + count;
      let state = 12_345;
      for (let counted = 0; counted < end; counted = await malformed()) {
        // Small enough for the kernel's buffer; a datagram lost there is sent again.
        for (let i = 0; i < 150; i++) {
          state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
          board.sendRaw(noise(state));
        }
        await client.query("wifi-1", read, LONG);
      }
    };
    await until(() => board.count("query") > 0);
    await flood(30_000);
    const warmBytes = residentBytes(pid());
    await flood(100_000);
    expect(await malformed()).toBeGreaterThanOrEqual(130_000);
    expect(residentBytes(pid()) - warmBytes).toBeLessThan(24 << 20);
  });

  test("leaves with its parent, even one that was killed", async () => {
    const core = path.join(packageRoot(path.join(packageRoot(__dirname), "..", "core")), "dist");
    const endpoints = driverEndpoints(folder.path, "other");
    const script = `
      const { Supervisor, systemClock, silentLogger } = require(${JSON.stringify(path.join(core, "src", "base.js"))});
      const supervisor = new Supervisor({ clock: systemClock, log: silentLogger });
      supervisor.start({ name: "d", entry: ${JSON.stringify(ENTRY)}, config: ${JSON.stringify({ ...config, endpoints })} })
        .then(({ pid }) => console.log(pid));`;
    const parent = spawn(process.execPath, ["-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = (await once(createInterface({ input: parent.stdout }), "line")) as [string];
    const child = Number(line);
    expect(isAlive(child)).toBe(true);
    parent.kill("SIGKILL");
    await until(() => !isAlive(child), "the driver to leave");
  });

  test("refuses settings that its driver does not have, by path", async () => {
    const wrong = { ...config, settings: { keepAlive: 5 } };
    const started = supervisor.start({ name: "wrong", entry: ENTRY, config: wrong });
    await expect(started).rejects.toMatchObject({
      code: "CONFIG",
      message: expect.stringMatching(/\/keepAlive: got 5/),
    });
  });
});

describe("drivers by folder name", () => {
  test("wifi is one of them, and its wsn is wifi", () => {
    expect(listDrivers()).toContain("wifi");
    expect(loadDriver("wifi")).toMatchObject({ name: "wifi", wsn: "wifi" });
  });

  test.each(["../wifi", "nothing", "", "testing/../wifi"])("%p is refused", (name) => {
    expect(() => loadDriver(name)).toThrow(ConfigError);
  });
});

/** 0 … 63 bytes; every other one begins like a frame. */
function noise(state: number): Buffer {
  const bytes = Buffer.alloc(state % 64, state >>> 8);
  if (bytes.length > 2 && state & 0x100) bytes.set([0xf0, 0x01]);
  return bytes;
}
