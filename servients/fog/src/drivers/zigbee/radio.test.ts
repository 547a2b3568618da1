import { OverloadedError, silentLogger, VirtualClock } from "@fogwot/core/base";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { AtCommandError } from "./errors";
import { XBeeRadio } from "./radio";
import {
  type Address64,
  decodeFrame,
  encodeFrame,
  encodeNodeIdentity,
  type FrameOf,
  wrap,
  type XBeeFrame,
  XBeeParser,
} from "./xbee";

const LEAF: Address64 = "0013a20040526301";
const NOTHING = Buffer.alloc(0);

describe("the radio module on the line", () => {
  let clock: VirtualClock;
  let radio: XBeeRadio;
  let sent: XBeeFrame[];
  let counts: Record<string, number>;

  beforeEach(() => {
    clock = new VirtualClock();
    sent = [];
    counts = {};
    const module = new XBeeParser({
      mode: 1,
      onFrame: (data) => sent.push(decodeFrame(data) as XBeeFrame),
      onFault: () => undefined,
    });
    radio = new XBeeRadio({
      mode: 1,
      write: (bytes) => module.push(bytes),
      onReceive: () => undefined,
      onNode: () => undefined,
      onModemStatus: () => undefined,
      count: (cause, by = 1) => {
        counts[cause] = (counts[cause] ?? 0) + by;
      },
      clock,
      log: silentLogger,
    });
  });

  const say = (frame: XBeeFrame): void => radio.push(wrap(encodeFrame(frame), 1));
  const answer = (command: string, status: number, value: Buffer = NOTHING): void => {
    const { id } = sent.at(-1) as FrameOf<"at">;
    say({ type: "atResponse", id, command, status, value });
  };
  const status = (id: number, delivery: number): void =>
    say({ type: "transmitStatus", id, address16: 1, retries: 0, delivery, discovery: 0 });

  test("gives every frame an id of its own, and none the id 0, which asks for no answer", () => {
    for (let i = 0; i < 600; i++) radio.transmit(LEAF, Buffer.of(1), () => undefined);
    const ids = sent.map((frame) => (frame as FrameOf<"transmit">).id);
    expect(ids.slice(0, 256)).toEqual([...Array.from({ length: 255 }, (_, i) => i + 1), 1]);
    expect(ids).not.toContain(0);
  });

  test("tells each sender its own delivery, in whichever order the module does", () => {
    const delivered: string[] = [];
    for (const name of ["a", "b", "c"]) {
      radio.transmit(LEAF, Buffer.of(1), (delivery) => delivered.push(`${name} ${delivery}`));
    }
    status(3, 0);
    status(1, 0x21);
    status(1, 0x21);
    expect(delivered).toEqual(["c 0", "a 33"]);
    expect(counts.unawaited).toBe(1);
  });

  test("types what a command came to: a value, a refusal, no answer", async () => {
    const asked = radio.at("NI", NOTHING, 500);
    answer("NI", 0, Buffer.from("zig 1"));
    expect((await asked).toString()).toBe("zig 1");
    const refused = radio.at("XX", NOTHING, 500);
    answer("XX", 2);
    await expect(refused).rejects.toThrow(AtCommandError);
    await expect(refused).rejects.toMatchObject({ command: "XX", commandStatus: 2 });
    const silent = expect(radio.remoteAt(LEAF, "NI", NOTHING, 500)).rejects.toMatchObject({
      commandStatus: null,
    });
    expect(sent.at(-1)).toMatchObject({ type: "remoteAt", address64: LEAF, command: "NI" });
    await clock.advance(500);
    await silent;
    answer("NI", 0);
    expect(counts.unawaited).toBe(1);
    expect(clock.pending).toBe(0);
  });

  test("collects every answer of a discovery until its time is over", async () => {
    const names: string[] = [];
    const discovery = radio.discover(6_000, ({ name }) => names.push(name));
    const node = { address64: LEAF, address16: 1, parent16: 0xfffe, role: 1, event: 0 };
    for (const name of ["zig-1", "zig-2"]) {
      const identity = { ...node, name, profile: 0xc105, manufacturer: 0x101e };
      answer("ND", 0, encodeNodeIdentity(identity));
    }
    answer("ND", 0, Buffer.from("too short"));
    await clock.advance(6_000);
    await discovery;
    expect(names).toEqual(["zig-1", "zig-2"]);
    expect(clock.pending).toBe(0);
  });

  test("refuses a command when 255 wait, and forgets the oldest packet rather than refuse one", async () => {
    for (let i = 0; i < 255; i++) radio.transmit(LEAF, Buffer.of(1), () => undefined);
    expect(() => radio.transmit(LEAF, Buffer.of(1), () => undefined)).not.toThrow();
    const waiting = Array.from({ length: 255 }, () => radio.at("AP", NOTHING, 500));
    const ended = waiting.map((one) => expect(one).rejects.toThrow("line gone"));
    await expect(radio.at("AP", NOTHING, 500)).rejects.toThrow(OverloadedError);
    radio.reset(new AtCommandError("line gone", null));
    await Promise.all(ended);
    expect(clock.pending).toBe(0);
  });

  test("gives up a frame that pauses, and takes what comes behind it for new", async () => {
    radio.push(Buffer.from("7e0060", "hex"));
    await clock.advance(100);
    expect(counts.truncated).toBe(1);
    const asked = radio.at("AP", NOTHING, 500);
    answer("AP", 0, Buffer.of(1));
    expect(await asked).toEqual(Buffer.of(1));
  });
});
