import {
  ConfigError,
  DeviceFaultError,
  DeviceTimeoutError,
  DriverUnavailableError,
  VirtualClock,
} from "@fogwot/core";
import { encodeAcknowledgement, encodeAxis, STATUS } from "@fogwot/wasm/kuka-axes";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { loadDeviceType } from "../devices/load-device-type";
import type { DriverReply, DriverRequest, Reading } from "../drivers/driver";
import { DeviceStream } from ".";

const AXES = [10, -90, 84, -12.5, 30, 0, 1_234.5];

function pose(number: number): Uint8Array {
  const frames = AXES.map((value, axis) => encodeAxis("checked", axis + 1, value, number));
  return Buffer.concat(frames);
}

describe("a device that is a stream", () => {
  let clock: VirtualClock;
  let readings: Reading[];
  let asked: DriverRequest[];
  let failWith: Error | null;
  let stream: DeviceStream;

  const open = (settings: Readonly<Record<string, unknown>> = {}): DeviceStream => {
    const { stream: type } = loadDeviceType("robot-krc2");
    if (!type) throw new TypeError("no stream");
    return new DeviceStream({
      id: "robot",
      type,
      settings,
      clock,
      query: async (request): Promise<DriverReply> => {
        asked.push(request);
        if (failWith) throw failWith;
        return { deviceRttMs: 1 };
      },
      onReading: (reading) => readings.push(reading),
    });
  };
  const acknowledge = (id: number, status: number): void =>
    stream.push(encodeAcknowledgement("checked", id, status, 0), clock.now());
  /** Ids of the commands that were written. */
  const written = (): number[] =>
    asked.flatMap((request) => (request.op === "write" ? [request.bytes[0] ?? 0] : []));

  beforeEach(() => {
    clock = new VirtualClock();
    readings = [];
    asked = [];
    failWith = null;
    stream = open();
    stream.push(pose(0), 1_000);
  });

  test("gives each pose as a reading, with the time of its last bytes and its number", () => {
    stream.push(pose(1).subarray(0, 40), 2_000);
    stream.push(pose(1).subarray(40), 2_050);
    expect(readings).toEqual([
      expect.objectContaining({ sequence: 0, timestampMs: 1_000, ageMs: 0 }),
      expect.objectContaining({ sequence: 1, timestampMs: 2_050 }),
    ]);
    expect(readings[0]?.values).toMatchObject({ a1: 10, a7: 1_234.5 });
  });

  test("is read by its next pose, never by the last", async () => {
    const answer = stream.read(1_000);
    stream.push(pose(1), 2_000);
    expect((await answer).reading).toMatchObject({ sequence: 1 });
  });

  test("that sends no pose in time has lost the query", async () => {
    const answer = expect(stream.read(100)).rejects.toThrow(DeviceTimeoutError);
    stream.push(pose(1).subarray(0, 60), 2_000);
    await clock.advance(100);
    await answer;
  });

  test("whose driver is gone says that, at once, of reads and of commands", async () => {
    failWith = new DriverUnavailableError("rs232");
    await expect(stream.read(1_000)).rejects.toThrow(DriverUnavailableError);
    await expect(stream.command("stop", 1_000)).rejects.toThrow(DriverUnavailableError);
    expect(clock.pending).toBe(0);
  });

  test("gets a command again and again, with one id, until it acknowledges it", async () => {
    const answer = stream.command("stop", 5_000);
    await clock.advance(700);
    expect(written()).toEqual([1, 1, 1]);
    acknowledge(2, STATUS.done);
    acknowledge(1, STATUS.done);
    expect((await answer).deviceRttMs).toBeCloseTo(700);
    await clock.advance(5_000);
    expect(written()).toHaveLength(3);
  });

  test("that refuses a command, does not know it or never answers is an error of its own", async () => {
    const refused = stream.command("stop", 1_000);
    acknowledge(1, STATUS.refused);
    await expect(refused).rejects.toThrow(DeviceFaultError);
    const unknown = stream.command("release", 1_000);
    acknowledge(2, STATUS.unknown);
    await expect(unknown).rejects.toThrow(/release: not known/);
    const lost = expect(stream.command("stop", 1_000)).rejects.toThrow(DeviceTimeoutError);
    await clock.advance(1_000);
    await lost;
    expect(clock.pending).toBe(0);
  });

  test("never gets a command with a byte that flow control would swallow", async () => {
    for (let i = 0; i < 300; i++) {
      const answer = stream.command("stop", 1_000);
      acknowledge(written().at(-1) ?? 0, STATUS.done);
      await answer;
    }
    const bytes = asked.flatMap((request) => (request.op === "write" ? [...request.bytes] : []));
    expect(bytes.filter((byte) => byte === 0x11 || byte === 0x13)).toEqual([]);
  });

  test("takes the decoder's settings, and refuses others by their path", () => {
    expect(() => open({ dialect: "morse" })).toThrow(ConfigError);
    const plain = open({ dialect: "space" });
    plain.push(pose(0), 0);
    expect(plain.dialect).toBe("space");
    expect(readings).toHaveLength(1);
  });
});
