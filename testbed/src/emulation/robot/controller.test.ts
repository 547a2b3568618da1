import { createRng, VirtualClock } from "@fogwot/core";
import {
  DEFAULT_CONFIG,
  DEFAULT_LIMITS,
  encodeCommand,
  KukaAxesTwin,
  STATUS,
} from "@fogwot/wasm/kuka-axes";
import { Recorder } from "@fogwot/wasm/kuka-axes/testing";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { RobotController } from "./controller";

describe("an emulated robot controller", () => {
  let clock: VirtualClock;
  let controller: RobotController;
  let twin: KukaAxesTwin;
  let recorder: Recorder;

  beforeEach(() => {
    clock = new VirtualClock();
    twin = new KukaAxesTwin(DEFAULT_CONFIG);
    recorder = new Recorder();
    controller = new RobotController({
      dialect: "checked",
      poseIntervalMs: DEFAULT_CONFIG.poseIntervalMs,
      motionMs: DEFAULT_CONFIG.poseIntervalMs,
      speed: 1,
      spoiling: { corrupted: 0, lost: 0, doubled: 0 },
      rng: (purpose) => createRng(3, purpose),
      clock,
      send: (bytes) => twin.push(bytes, recorder),
    });
  });

  test("sends 15 poses a second, each within the axes' ranges and reach of the last", async () => {
    controller.start();
    await clock.advance(60_000);
    controller.stop();
    expect(clock.pending).toBe(0);
    expect(recorder.poses.length).toBeGreaterThan(900);
    expect(twin.counters).toMatchObject({ lostPoses: 0, rejectedRange: 0, rejectedSpeed: 0 });
    for (const { axes } of recorder.poses) {
      axes.forEach((value, axis) => {
        const { min = 0, max = 0 } = DEFAULT_LIMITS[axis] ?? {};
        expect(value >= min && value <= max).toBe(true);
      });
    }
  });

  test("stands still from stop to release, sends on, and acknowledges each by its id", () => {
    for (let pose = 0; pose < 20; pose++) controller.sendPose();
    const [before, moving] = recorder.poses.slice(-2);
    expect(moving?.axes).not.toEqual(before?.axes);
    controller.take(encodeCommand(7, "stop"));
    controller.take(encodeCommand(7, "stop"));
    controller.sendPose();
    expect(recorder.poses.at(-1)?.axes).toEqual(moving?.axes);
    controller.take(encodeCommand(8, "release"));
    controller.sendPose();
    expect(recorder.poses.at(-1)?.axes).not.toEqual(moving?.axes);
    expect(recorder.acknowledgements).toEqual([
      { id: 7, status: STATUS.done },
      { id: 7, status: STATUS.done },
      { id: 8, status: STATUS.done },
    ]);
  });

  test("finds a command behind noise, whatever the noise was, and says of one that it is unknown", () => {
    controller.sendPose();
    const draw = createRng(5, "noise");
    const noise = Uint8Array.from({ length: 250_000 }, () => draw.int(256));
    for (let round = 0; round < 4; round++) controller.take(noise);
    // Three bytes of noise may still be part of something.
    controller.take(new Uint8Array(4));
    recorder.acknowledgements.length = 0;
    controller.take(encodeCommand(9, "stop"));
    controller.take(Uint8Array.of(10, 99, 0xff - 10, 0xff - 99));
    expect(recorder.acknowledgements).toEqual([
      { id: 9, status: STATUS.done },
      { id: 10, status: STATUS.unknown },
    ]);
  });
});
