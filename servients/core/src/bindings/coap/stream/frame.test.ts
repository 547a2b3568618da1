import { describe, expect, it } from "@jest/globals";
import { type Frame, NO_BYTES } from "../message";
import { encodeFrame } from "./encode-frame";
import { FrameParser } from "./frame-parser";

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(" ", ""), "hex");
const frame = (more: Partial<Frame>): Frame => ({
  code: 0x45,
  token: NO_BYTES,
  options: [],
  payload: NO_BYTES,
  ...more,
});
const payload = (length: number): Frame => frame({ payload: Buffer.alloc(length, 0x61) });

/** Reads chunks; what came of it. */
function parsed(chunks: readonly Buffer[], maximumBytes = 100_000) {
  const parser = new FrameParser(maximumBytes);
  const frames: Frame[] = [];
  const faults = chunks.map((chunk) =>
    parser.read(chunk, (one) => {
      frames.push(one);
      return true;
    }),
  );
  return { frames, fault: faults.find((fault) => fault !== undefined), held: parser.heldBytes };
}

// RFC 8323, section 3.2: Len and TKL, extended length, code, token, options, marker, payload.
const VECTORS: [string, string, Frame][] = [
  ["an empty CSM", "00 e1", frame({ code: 0xe1 })],
  ["a token", "02 45 0a0b", frame({ token: bytes("0a0b") })],
  [
    "an option and a payload",
    "61 45 7f c1 32 ff 7b7d 0a",
    frame({
      token: bytes("7f"),
      options: [{ number: 12, value: bytes("32") }],
      payload: bytes("7b7d0a"),
    }),
  ],
  ["12 bytes", `c0 45 ff ${"61".repeat(11)}`, payload(11)],
  ["13 bytes", `d0 00 45 ff ${"61".repeat(12)}`, payload(12)],
  ["268 bytes", `d0 ff 45 ff ${"61".repeat(267)}`, payload(267)],
  ["269 bytes", `e0 0000 45 ff ${"61".repeat(268)}`, payload(268)],
  ["65,804 bytes", `e0 ffff 45 ff ${"61".repeat(65_803)}`, payload(65_803)],
  ["65,805 bytes", `f0 00000000 45 ff ${"61".repeat(65_804)}`, payload(65_804)],
];

describe("messages on a stream", () => {
  it.each(VECTORS)("with %s are written and read", (_, hex, message) => {
    expect(encodeFrame(message).equals(bytes(hex))).toBe(true);
    const { frames, fault, held } = parsed([bytes(hex)]);
    expect([fault, held]).toEqual([undefined, 0]);
    expect(frames).toEqual([message]);
  });

  it("are read however they are cut into chunks", () => {
    const messages = [frame({ code: 0xe1 }), payload(300), frame({ token: bytes("01") })];
    const stream = Buffer.concat(messages.map(encodeFrame));
    expect(parsed([stream]).frames).toEqual(messages);
    const one = [...stream].map((byte) => Buffer.of(byte));
    expect(parsed(one)).toEqual({ frames: messages, fault: undefined, held: 0 });
    const cut = parsed([stream.subarray(0, 100), stream.subarray(100)]);
    expect(cut.frames).toEqual(messages);
  });

  it("are counted in bytes until they are complete", () => {
    expect(parsed([encodeFrame(payload(300)).subarray(0, 200)])).toEqual({
      frames: [],
      fault: undefined,
      held: 200,
    });
  });

  it.each([
    ["a token of 9 bytes", "09 01"],
    ["an option that runs past the end", "30 01 bd ff 61"],
    ["a payload marker without payload", "10 01 ff"],
    ["an option delta of 15", "10 01 f0"],
  ])("end with %s", (_, hex) => {
    const { frames, fault } = parsed([Buffer.concat([bytes("00 e1"), bytes(hex)])]);
    expect([frames.length, fault]).toEqual([1, "malformed"]);
  });

  it("end with one larger than allowed, before it has come", () => {
    const { frames, fault, held } = parsed([bytes("00 e1 f0 7fffffff 01")]);
    expect([frames.length, fault]).toEqual([1, "too large"]);
    expect(held).toBeLessThan(10);
    expect(parsed([encodeFrame(payload(200))], 100).fault).toBe("too large");
    expect(parsed([encodeFrame(payload(200))], 210).fault).toBeUndefined();
  });
});
