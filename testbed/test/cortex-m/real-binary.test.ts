import { readFileSync } from "node:fs";
import { createRng, silentLogger, systemClock, validateConfig } from "@fogwot/core";
import type { Driver } from "@fogwot/fog";
import { isAlive, loadDriver, until } from "@fogwot/fog/testing";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { Board } from "../../src/emulation/board";
import { type BoardPort, ensureBoardBuilt } from "../../src/emulation/board-build";

jest.setTimeout(60_000);

const IDS = ["cortex", "linux"] as const;
const LONG = { timeoutMs: 10_000 };

describe("the Cortex-M3's own binary in QEMU, behind the Wi-Fi driver", () => {
  const boards: Board[] = [];
  const addresses: string[] = [];
  let driver: Driver;
  const read = (id: string) => driver.query(id, { op: "read" }, LONG);
  const add = async (device: string, port: BoardPort): Promise<void> => {
    const board = new Board({
      device,
      executable: await ensureBoardBuilt(port),
      firmware: "climate-thermistor",
      seed: 1,
      readingPeriodMs: 1_000,
      silent: false,
      clock: systemClock,
      log: silentLogger,
      onAddress: (address) => address && addresses.push(`${address.host}:${address.port}`),
    });
    await board.start();
    boards.push(board);
  };

  beforeAll(async () => {
    await add("cortex", "cortex-m");
    await add("linux", "posix");
    const definition = loadDriver("wifi");
    const settings = { keepAliveMs: 200, offlineAfter: 2 };
    driver = definition.create(
      {
        devices: IDS.map((id, i) => ({ id, address: addresses[i] ?? "" })),
        settings: validateConfig(settings, definition.settings, "test"),
      },
      {
        log: silentLogger,
        clock: systemClock,
        rng: (purpose) => createRng(1, purpose),
        nonce: 7,
        timeScale: 1,
      },
    );
    await driver.start(new AbortController().signal);
    await until(() => driver.devices().every(({ status }) => status === "online"));
  });
  afterAll(async () => {
    await driver?.stop();
    for (const board of boards) await board.stop();
  });

  test("answers as the same firmware compiled for this machine does", async () => {
    const { reading } = await read("cortex");
    // QEMU's converter stands in the middle of its range: some 9 °C to the thermistor.
    expect(reading?.values.temperature).toBeGreaterThan(8);
    expect(reading?.values.temperature).toBeLessThan(11);
    expect(Object.keys(reading?.values ?? {})).toEqual(
      Object.keys((await read("linux")).reading?.values ?? {}),
    );
  });

  test("answers queries that come close together, each in a frame of its own", async () => {
    const answers = await Promise.all(Array.from({ length: 40 }, () => read("cortex")));
    expect(answers.every(({ reading }) => reading !== undefined)).toBe(true);
  });

  test("carries out a setting and a reset, and refuses what is out of range", async () => {
    const set = (value: number | null) =>
      driver.query("cortex", { op: "set", parameter: "threshold", value }, LONG);
    await expect(set(28.5)).resolves.toBeDefined();
    await expect(set(null)).resolves.toBeDefined();
    await expect(driver.query("cortex", { op: "reset" }, LONG)).resolves.toBeDefined();
    await expect(set(200)).rejects.toMatchObject({ code: "DEVICE_FAULT" });
  });

  test("is offline when it is out of reach, and online again with its next word", async () => {
    const pid = boards[0]?.pid as number;
    process.kill(pid, "SIGUSR1");
    await until(() => driver.devices()[0]?.status === "offline");
    expect(driver.devices()[1]?.status).toBe("online");
    process.kill(pid, "SIGUSR2");
    await until(() => driver.devices()[0]?.status === "online");
  });

  test("no QEMU outlives its board, not even after kill -9, and no board its QEMU", async () => {
    const board = boards[0] as Board;
    const first = board.pid as number;
    const qemu = childOf(first);
    process.kill(first, "SIGKILL");
    await until(() => !isAlive(qemu));
    await until(() => board.restarts === 1 && addresses.length === 3);
    const second = board.pid as number;
    process.kill(childOf(second), "SIGKILL");
    await until(() => !isAlive(second));
  });
});

function childOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim());
}
