import type { Duplex } from "node:stream";
import { duplexPair } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { VirtualClock } from "../../../time";
import { until } from "../../compliance";
import { codeText, type Frame, NO_BYTES, uintOption } from "../message";
import { csmOf } from "./capabilities";
import { CoapConnection, type ConnectionEnd } from "./connection";
import { CsmOption, SignalCode } from "./constants";
import { encodeFrame } from "./encode-frame";
import { FrameParser } from "./frame-parser";

const OWN = { maximumMessageBytes: 5_000, isBlockWise: true };

describe("a CoAP connection", () => {
  let clock: VirtualClock;
  let other: Duplex;
  let connection: CoapConnection;
  let isNeeded: boolean;
  const heard: Frame[] = [];
  const taken: Frame[] = [];
  const ends: ConnectionEnd[] = [];
  let releases = 0;

  beforeEach(() => {
    heard.length = 0;
    taken.length = 0;
    ends.length = 0;
    releases = 0;
    isNeeded = true;
    clock = new VirtualClock();
    const [socket, far] = duplexPair();
    other = far;
    const parser = new FrameParser(1_000_000);
    far.on("data", (chunk: Buffer) => {
      parser.read(chunk, (frame) => {
        heard.push(frame);
        return true;
      });
    });
    connection = new CoapConnection({
      socket,
      clock,
      own: OWN,
      idleMs: 60_000,
      patienceMs: 10_000,
      maximumUnsentBytes: 10_000,
      hold: (changeBytes) => changeBytes < 3_000,
      onFrame: (frame) => taken.push(frame),
      isNeeded: () => isNeeded,
      onRelease: () => releases++,
      onEnd: (end) => ends.push(end),
    });
    connection.open();
  });
  afterEach(() => {
    connection.close();
    other.destroy();
  });

  const say = (frame: Partial<Frame>): void => {
    other.write(
      encodeFrame({ code: 1, token: NO_BYTES, options: [], payload: NO_BYTES, ...frame }),
    );
  };
  const greet = (): void => say(csmOf({ maximumMessageBytes: 2_000, isBlockWise: true }));
  const saying = async (code: number): Promise<Frame> => {
    await until(codeText(code), () => heard.some((frame) => frame.code === code));
    return heard.find((frame) => frame.code === code) as Frame;
  };

  it("begins by saying what it takes, and learns what the other takes", async () => {
    expect(connection.peer).toEqual({ maximumMessageBytes: 1_152, isBlockWise: false });
    const csm = await saying(SignalCode.csm);
    expect(csm.options.map(({ number, value }) => [number, value.toString("hex")])).toEqual([
      [2, "1388"],
      [4, ""],
    ]);
    greet();
    say({ token: Buffer.of(1) });
    await until("the request", () => taken.length === 1);
    expect(connection.peer).toEqual({ maximumMessageBytes: 2_000, isBlockWise: true });
  });

  it.each<[string, Partial<Frame>[], string, string]>([
    ["a first message that is no CSM", [{}], "", "a CSM has to come first"],
    [
      "a critical CSM option that nobody knows",
      [{ code: SignalCode.csm, options: [{ number: 77, value: NO_BYTES }] }],
      "4d",
      "bad CSM option",
    ],
    [
      "a critical option of another signal",
      [csmOf(OWN), { code: SignalCode.ping, options: [{ number: 9, value: NO_BYTES }] }],
      "",
      "bad signaling option",
    ],
    [
      "a message too large",
      [csmOf(OWN), { payload: Buffer.alloc(6_000) }],
      "",
      "message too large",
    ],
  ])("aborts at %s", async (_, frames, badOption, diagnostic) => {
    for (const frame of frames) say(frame);
    const { options, payload } = await saying(SignalCode.abort);
    expect([payload.toString(), options[0]?.value.toString("hex") ?? ""]).toEqual([
      diagnostic,
      badOption,
    ]);
    expect(ends).toEqual(["faulty"]);
  });

  it("answers a ping by a pong with its token, and passes over what it does not know", async () => {
    greet();
    say({ code: 0 });
    say({ code: 0xff, options: [uintOption(CsmOption.maxMessageSize, 1)] });
    say({ code: SignalCode.ping, token: Buffer.of(7, 8) });
    expect((await saying(SignalCode.pong)).token).toEqual(Buffer.of(7, 8));
    expect([taken, ends]).toEqual([[], []]);
  });

  it("pings who is silent, and ends when nothing comes back", async () => {
    greet();
    say({});
    await until("the greeting", () => taken.length === 1);
    await clock.advance(60_000);
    await saying(SignalCode.ping);
    say({ code: SignalCode.pong });
    say({});
    await until("a sign of life", () => taken.length === 2);
    await clock.advance(60_000);
    expect(ends).toEqual([]);
    await clock.advance(70_000);
    expect(ends).toEqual(["silent"]);
  });

  it("sends away who is silent and not needed", async () => {
    greet();
    say({});
    await until("the greeting", () => taken.length === 1);
    isNeeded = false;
    await clock.advance(60_000);
    await saying(SignalCode.release);
    expect(ends).toEqual(["own"]);
  });

  it("ends with who does not greet in time", async () => {
    await clock.advance(10_000);
    expect(ends).toEqual(["silent"]);
  });

  it("ends when a message that has begun does not end, however slowly it drips", async () => {
    greet();
    say({});
    await until("the greeting", () => taken.length === 1);
    const message = encodeFrame({
      code: 1,
      token: NO_BYTES,
      options: [],
      payload: Buffer.alloc(900),
    });
    for (let n = 0; n < 9; n++) {
      other.write(message.subarray(n, n + 1));
      await new Promise((resolve) => setImmediate(resolve));
      await clock.advance(1_000);
    }
    expect(ends).toEqual([]);
    await clock.advance(1_000);
    expect((await saying(SignalCode.abort)).payload.toString()).toBe("message incomplete");
  });

  it("ends when there is no room for what it would have to keep", async () => {
    greet();
    const message = encodeFrame({
      code: 1,
      token: NO_BYTES,
      options: [],
      payload: Buffer.alloc(4_000),
    });
    other.write(message.subarray(0, 3_500));
    expect((await saying(SignalCode.abort)).payload.toString()).toBe("no room for the message");
  });

  it("tells of a release, and of an end, once each", async () => {
    greet();
    say({ code: SignalCode.release });
    await until("the release", () => releases === 1);
    other.end();
    await until("the end", () => ends.length > 0);
    other.destroy();
    expect(ends).toEqual(["closed"]);
    connection.close();
    expect([releases, ends]).toEqual([1, ["closed"]]);
  });

  it("reads no more while the other does not take what it is sent", async () => {
    greet();
    other.pause();
    for (let n = 0; n < 20; n++) {
      connection.send({ code: 0x45, token: NO_BYTES, options: [], payload: Buffer.alloc(5_000) });
    }
    say({ token: Buffer.of(1) });
    await new Promise((resolve) => setImmediate(resolve));
    expect(taken).toEqual([]);
    other.resume();
    await until("the request", () => taken.length === 1);
  });
});
