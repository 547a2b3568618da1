import path from "node:path";
import { createRng, silentLogger, systemClock, validateConfig } from "@fogwot/core";
import { loadDriver, temporaryFolder, until } from "@fogwot/fog/testing";
import { DEFAULT_CONFIG, KukaAxesTwin, POSE_BYTES } from "@fogwot/wasm/kuka-axes";
import { Recorder } from "@fogwot/wasm/kuka-axes/testing";
import { expect, test } from "@jest/globals";
import { ensureBoardBuilt, lineExecutable } from "../../src/emulation/board-build";
import { lineEmulator, type RobotLine } from "../../src/emulation/robot/line-emulator";

/** An emulated robot, its driver, and the decoder on what the driver delivers. */
async function open(settings: object): Promise<
  AsyncDisposable & {
    readonly line: RobotLine;
    readonly twin: KukaAxesTwin;
    readonly recorder: Recorder;
    readonly arrivals: { readonly bytes: number; readonly atMs: number }[];
  }
> {
  await ensureBoardBuilt();
  const folder = temporaryFolder();
  const line = lineEmulator.create({
    path: path.join(folder.path, "robot.line"),
    executable: lineExecutable(),
    settings: validateConfig(settings, lineEmulator.settings, "test"),
    clock: systemClock,
    log: silentLogger,
  }) as RobotLine;
  const { settings: schema, create } = loadDriver("rs232");
  const driver = create(
    {
      devices: [{ id: "robot", address: "COM3" }],
      settings: validateConfig({ path: line.path }, schema, "test"),
    },
    {
      log: silentLogger,
      clock: systemClock,
      rng: (purpose) => createRng(7, purpose),
      nonce: 0,
      timeScale: 1,
    },
  );
  const twin = new KukaAxesTwin(DEFAULT_CONFIG);
  const recorder = new Recorder();
  const arrivals: { readonly bytes: number; readonly atMs: number }[] = [];
  driver.onData((data) => {
    if (data.kind !== "bytes") return;
    arrivals.push({ bytes: data.bytes.length, atMs: systemClock.monotonicMs() });
    twin.push(data.bytes, recorder);
  });
  await line.plugIn();
  await driver.start(new AbortController().signal);
  return {
    line,
    twin,
    recorder,
    arrivals,
    [Symbol.asyncDispose]: async () => {
      await driver.stop();
      await line.stop();
      await folder[Symbol.asyncDispose]();
    },
  };
}

test("a paced line takes 65.6 ms a pose at 9600 baud, never less", async () => {
  await using robot = await open({ poseIntervalMs: 1 });
  await until(() => robot.recorder.poses.length >= 8);
  const { arrivals } = robot;
  const [first] = arrivals;
  const last = arrivals.at(-1);
  const bytes = arrivals.slice(1).reduce((sum, arrival) => sum + arrival.bytes, 0);
  const elapsedMs = (last?.atMs ?? 0) - (first?.atMs ?? 0);
  // A busy machine delivers the first bytes late: by a pose, never by all of them.
  expect(elapsedMs / (bytes / POSE_BYTES)).toBeGreaterThan(50);
});

test("a robot on a line that spoils bytes is decoded by what arrives, and counted as it was spoilt", async () => {
  await using robot = await open({
    paced: false,
    poseIntervalMs: 0.5,
    dialect: "checked",
    corrupted: 0.005,
    lost: 0.001,
    doubled: 0.001,
    seed: 5,
  });
  await until(() => robot.recorder.poses.length >= 200);
  const { counters } = robot.twin;
  expect(counters.rejectedCrc).toBeGreaterThan(10);
  expect(counters.resyncs).toBeGreaterThan(5);
  expect(counters.lostPoses).toBeGreaterThan(10);
  const numbers = robot.recorder.poses.map(({ number }) => number);
  expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
});
