import { createRng, silentLogger, systemClock, validateConfig } from "@fogwot/core/base";
import { expect, test } from "@jest/globals";
import type { DriverData } from "../../drivers/driver";
import { driver as wifi } from "../../drivers/wifi";
import { PosixBoard } from "../../drivers/wifi/testing/posix-board";
import { until } from "../../testing/until";
import { describeDevice } from "../compliance";

describeDevice("soil-pump");

const PUMP = "128";
const RUNNING = "16";

test("the pump runs as long as it was told, and its board says by itself that it has stopped", async () => {
  const board = await PosixBoard.start(1, "soil-pump");
  const driver = wifi.create(
    {
      devices: [{ id: "field", address: board.address }],
      settings: validateConfig({ keepAliveMs: 60_000 }, wifi.settings, "test"),
    },
    {
      log: silentLogger,
      clock: systemClock,
      rng: (purpose) => createRng(1, purpose),
      nonce: 1,
      timeScale: 1,
    },
  );
  try {
    await driver.start(new AbortController().signal);
    const running = async (): Promise<number | undefined> =>
      (await driver.query("field", { op: "read" }, { timeoutMs: 5_000 })).reading?.values[RUNNING];
    const pump = (value: number) =>
      driver.query("field", { op: "set", parameter: PUMP, value }, { timeoutMs: 5_000 });
    expect(await running()).toBe(0);
    const heard: DriverData[] = [];
    driver.onData((data) => heard.push(data));
    await pump(600);
    await until(async () => ((await running()) ?? 0) > 590);
    await pump(0.4);
    await until(() => heard.some((data) => data.kind === "reading"));
    expect(heard).toMatchObject([{ kind: "reading", reading: { values: { [RUNNING]: 0 } } }]);
    await expect(pump(601)).rejects.toMatchObject({ code: "DEVICE_FAULT" });
    expect(driver.devices()[0]?.parameters).toEqual({});
  } finally {
    await driver.stop();
    await board.stop();
  }
});
