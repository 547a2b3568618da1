import path from "node:path";
import { silentLogger } from "@fogwot/core/base";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { CountingClock } from "../testing/counting-clock";
import { type TemporaryFolder, temporaryFolder } from "../testing/temporary-folder";
import { until } from "../testing/until";
import { LineDownError, SerialLine } from ".";
import { Pty } from "./testing/pty";

describe("a serial line", () => {
  let folder: TemporaryFolder;
  let pty: Pty;
  let line: SerialLine;
  let clock: CountingClock;
  let heard: Buffer;
  let states: boolean[];

  const open = (name = "line", baudRate = 57_600): SerialLine => {
    clock = new CountingClock();
    heard = Buffer.alloc(0);
    states = [];
    return new SerialLine({
      settings: { path: path.join(folder.path, name), baudRate, rtscts: false },
      clock,
      log: silentLogger,
      onBytes: (chunk) => {
        heard = Buffer.concat([heard, chunk]);
      },
      onState: (isOpen) => states.push(isOpen),
      backoff: { firstMs: 10, maxMs: 40 },
    });
  };

  beforeEach(async () => {
    folder = temporaryFolder();
    pty = await new Pty(path.join(folder.path, "line")).plugIn();
    line = open();
  });
  afterEach(async () => {
    await line.stop();
    await pty.unplug();
    await folder[Symbol.asyncDispose]();
  });

  test("carries every byte value both ways, at the speed that was asked for", async () => {
    await line.start();
    await until(() => pty.isOpen);
    const all = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    pty.write(all);
    line.write(all);
    await until(() => heard.length >= 256 && pty.received.length >= 256);
    expect(heard).toEqual(all);
    expect(pty.received).toEqual(all);
    expect(pty.baudRate).toBe(57_600);
  });

  test("that is unplugged is a LineDownError, and is open again soon after it was plugged in", async () => {
    await line.start();
    await pty.unplug();
    await until(() => !line.isOpen);
    expect(() => line.write(Buffer.of(1))).toThrow(LineDownError);
    expect(line.counters).toMatchObject({ hangUps: 1, unsent: 1 });
    await until(() => line.counters.openFailures > 1);
    await pty.plugIn();
    await until(() => line.isOpen && pty.isOpen);
    expect(states).toEqual([true, false, true]);
    pty.write(Buffer.from("again"));
    await until(() => heard.toString() === "again");
  });

  test("may be missing at the start: it is opened once it is there", async () => {
    line = open("later");
    await line.start();
    expect(line.isOpen).toBe(false);
    expect(() => line.write(Buffer.of(1))).toThrow(/later.*No such file/);
    const later = await new Pty(path.join(folder.path, "later")).plugIn();
    await until(() => line.isOpen);
    await later.unplug();
  });

  test("is one program's own: another one that opens it is refused, and gets it afterwards", async () => {
    await line.start();
    const other = open();
    await other.start();
    expect(other.isOpen).toBe(false);
    await line.stop();
    await until(() => other.isOpen);
    await other.stop();
  });

  test("to which nobody listens takes a bounded number of bytes", async () => {
    await line.start();
    const flood = (): void => {
      for (let i = 0; i < 1_000; i++) line.write(Buffer.alloc(1_024));
    };
    expect(flood).toThrow(/takes no more bytes/);
  });

  test("leaves nothing behind, however often it is started and stopped", async () => {
    const handles = (): number =>
      process.getActiveResourcesInfo().filter((kind) => !kind.startsWith("T")).length;
    await line.start();
    await line.stop();
    const before = handles();
    for (let i = 0; i < 3; i++) {
      await line.start();
      await line.start();
      expect(line.isOpen).toBe(true);
      await line.stop();
      await line.stop();
    }
    const started = line.start();
    await line.stop();
    await started;
    expect(line.isOpen).toBe(false);
    expect(clock.outstanding).toBe(0);
    await until(() => handles() <= before);
  });
});
