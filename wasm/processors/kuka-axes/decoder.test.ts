import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "@jest/globals";
import {
  type Command,
  DEFAULT_CONFIG,
  type Dialect,
  encodeAxis,
  encodeCommand,
  KukaAxesTwin,
} from ".";
import { Recorder } from "./testing";

interface Vector {
  readonly name: string;
  readonly frame?: {
    readonly dialect: Dialect;
    readonly axis: number;
    readonly value: number;
    readonly pose: number;
    readonly hex: string;
  };
  readonly stream?: {
    readonly hex: string;
    readonly dialect: Dialect;
    readonly poses: readonly { readonly number: number; readonly axes: readonly number[] }[];
    readonly acknowledgements: readonly { readonly id: number; readonly status: number }[];
  };
  readonly command?: { readonly id: number; readonly command: Command; readonly hex: string };
}

const VECTORS = JSON.parse(
  readFileSync(path.join(__dirname, "test", "frames.json"), "utf8"),
) as Vector[];

const STILL = [10, -90, 84, -12.5, 30, 0, 1_234.5];

function poses(dialect: Dialect, from: number, count: number, axes = STILL): Buffer {
  const frames = Array.from({ length: count }, (_, i) =>
    axes.map((value, axis) => encodeAxis(dialect, axis + 1, value, from + i)),
  );
  return Buffer.concat(frames.flat());
}

describe("byte vectors of the KR C2's serial protocol", () => {
  test.each(VECTORS)("$name", ({ frame, stream, command }) => {
    if (frame) {
      const { dialect, axis, value, pose, hex } = frame;
      expect(Buffer.from(encodeAxis(dialect, axis, value, pose)).toString("hex")).toBe(hex);
    }
    if (command) {
      const { id, command: name, hex } = command;
      expect(Buffer.from(encodeCommand(id, name)).toString("hex")).toBe(hex);
    }
    if (!stream) return;
    const bytes = Buffer.from(stream.hex, "hex");
    for (const size of [1, 2, 8, 9, 10, 64, bytes.length]) {
      const twin = new KukaAxesTwin(DEFAULT_CONFIG);
      const recorder = new Recorder();
      for (let at = 0; at < bytes.length; at += size) {
        twin.push(bytes.subarray(at, at + size), recorder);
      }
      expect(twin.dialect).toBe(stream.dialect);
      expect(recorder.poses).toEqual(stream.poses);
      expect(recorder.acknowledgements).toEqual(stream.acknowledgements);
    }
  });
});

describe("the decoder of robot poses", () => {
  const listen = (settings: Partial<typeof DEFAULT_CONFIG> = {}) => {
    const twin = new KukaAxesTwin({ ...DEFAULT_CONFIG, ...settings });
    const recorder = new Recorder();
    return { twin, recorder, push: (bytes: Uint8Array) => twin.push(bytes, recorder) };
  };

  test.each(["space", "zero", "sign", "checked"] as const)(
    "may join in the middle of a %s frame, and of a pose",
    (dialect) => {
      const { push, recorder, twin } = listen();
      push(poses(dialect, 0, 5).subarray(22));
      expect(twin.dialect).toBe(dialect);
      expect(recorder.poses.length).toBeGreaterThanOrEqual(2);
      expect(recorder.poses.at(-1)?.axes).toEqual(STILL);
    },
  );

  test("gives a pose with the byte that completes it", () => {
    const { push, recorder } = listen();
    const bytes = poses("space", 0, 4);
    push(bytes.subarray(0, -1));
    expect(recorder.poses.map(({ number }) => number)).toEqual([2]);
    push(bytes.subarray(-1));
    expect(recorder.poses.map(({ number }) => number)).toEqual([2, 3]);
  });

  test("refuses what an axis cannot be, and what it cannot have become", () => {
    const { push, recorder, twin } = listen();
    push(poses("space", 0, 3));
    push(poses("space", 3, 1, [10, 1, 84, -12.5, 30, 0, 1_234.5]));
    expect(twin.counters).toMatchObject({ rejectedRange: 1, rejectedSpeed: 0 });
    push(poses("space", 4, 1, [10, -90, 93, -12.5, 30, 0, 1_234.5]));
    expect(twin.counters).toMatchObject({ rejectedRange: 1, rejectedSpeed: 1 });
    push(poses("space", 5, 1));
    expect(recorder.poses.map(({ number }) => number)).toEqual([2, 5]);
    expect(twin.counters).toMatchObject({ lostPoses: 2, resyncs: 0 });
  });

  test("believes three values in a row against one that it believed before", () => {
    const { push, recorder } = listen();
    push(poses("space", 0, 3));
    // Moved by hand while the controller was silent.
    push(poses("space", 3, 3, [170, -90, 84, -12.5, 30, 0, 1_234.5]));
    expect(recorder.poses.map(({ number, axes }) => [number, axes[0]])).toEqual([
      [2, 10],
      [5, 170],
    ]);
  });

  test("finds another dialect when the controller's program changes", () => {
    const { push, recorder, twin } = listen();
    push(poses("space", 0, 4));
    push(poses("checked", 400, 10));
    expect(twin.dialect).toBe("checked");
    expect(recorder.poses.at(-1)?.number).toBe(409);
    push(poses("zero", 0, 12));
    expect(twin.dialect).toBe("zero");
    expect(recorder.poses.at(-1)?.axes).toEqual(STILL);
    expect(twin.counters.dialectsSeen).toBe(3);
  });

  test("keeps to the dialect it is told", () => {
    const { push, recorder } = listen({ dialect: "checked" });
    push(poses("space", 0, 20));
    expect(recorder.poses).toEqual([]);
  });

  test("counts on where the controller's pose numbers begin anew", () => {
    const { push, recorder, twin } = listen();
    push(poses("checked", 65_534, 4));
    expect(recorder.poses.map(({ number }) => number)).toEqual([65_534, 65_535, 65_536, 65_537]);
    expect(twin.counters.lostPoses).toBe(0);
  });
});
