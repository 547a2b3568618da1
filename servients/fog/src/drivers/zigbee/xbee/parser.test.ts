import { describe, expect, test } from "@jest/globals";
import { type ApiMode, decodeFrame, encodeFrame, type LineFault, wrap, XBeeParser } from ".";
import { MAX_DATA_BYTES } from "./constants";

function open(mode: ApiMode = 1) {
  const frames: string[] = [];
  const faults: Partial<Record<LineFault, number>> = {};
  const parser = new XBeeParser({
    mode,
    onFrame: (data) => frames.push(data.toString("hex")),
    onFault: (fault, count) => {
      faults[fault] = (faults[fault] ?? 0) + count;
    },
  });
  return { parser, frames, faults };
}

const bytes = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");
/** The manual's example of a modem status: coordinator started. */
const STATUS = bytes("7e 0002 8a06 6f");

/** Fast and repeatable: a test of a megabyte must not spend its time on drawing it. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 12) % below;
  };
}

describe("the XBee parser", () => {
  test("reads the manual's frame whole, byte by byte, and two in one chunk", () => {
    const { parser, frames, faults } = open();
    parser.push(STATUS);
    for (const byte of STATUS) parser.push(Buffer.of(byte));
    expect(parser.isInFrame).toBe(false);
    parser.push(Buffer.concat([STATUS, STATUS]));
    expect(frames).toEqual(["8a06", "8a06", "8a06", "8a06"]);
    expect(faults).toEqual({});
  });

  test("undoes the escapes of API mode 2, the manual's example included", () => {
    const { parser, frames } = open(2);
    parser.push(bytes("7e 0002 23 7d31 cb"));
    expect(frames).toEqual(["2311"]);
    const data = bytes("8a 7e 7d 11 13");
    expect(wrap(data, 2).toString("hex")).toBe("7e00058a7d5e7d5d7d317d3356");
    for (const byte of wrap(data, 2)) parser.push(Buffer.of(byte));
    expect(frames.at(-1)).toBe(data.toString("hex"));
  });

  test("skips a bad checksum, and reads the frame behind it", () => {
    const { parser, frames, faults } = open();
    parser.push(bytes("7e 0002 8a06 6e"));
    parser.push(STATUS);
    expect(frames).toEqual(["8a06"]);
    expect(faults["bad-checksum"]).toBe(1);
  });

  test("finds the frame inside a false start that would have swallowed it", () => {
    const { parser, frames, faults } = open();
    parser.push(Buffer.concat([bytes("7e 0006"), STATUS, STATUS]));
    expect(frames).toEqual(["8a06", "8a06"]);
    expect(faults["bad-checksum"]).toBe(1);
  });

  test("gives up a frame that does not end, and reads what stands in it", () => {
    const { parser, frames, faults } = open();
    parser.push(Buffer.concat([bytes("7e 0080"), STATUS]));
    expect(frames).toEqual([]);
    expect(parser.isInFrame).toBe(true);
    parser.giveUp();
    expect(frames).toEqual(["8a06"]);
    expect(faults.truncated).toBe(1);
    expect(parser.isInFrame).toBe(false);
  });

  test("in API mode 2 a delimiter ends a frame that was cut off", () => {
    const { parser, frames, faults } = open(2);
    for (const cut of ["7e 0080 8a", "7e 0080 7d", "7e 00"]) {
      parser.push(Buffer.concat([bytes(cut), STATUS]));
    }
    expect(frames).toEqual(["8a06", "8a06", "8a06"]);
    expect(faults.truncated).toBe(3);
  });

  test("frames of no bytes and of more than a module sends are no frames", () => {
    for (const length of ["0000", "ffff", (MAX_DATA_BYTES + 1).toString(16).padStart(4, "0")]) {
      const { parser, frames, faults } = open();
      parser.push(Buffer.concat([bytes(`7e ${length} ff`), STATUS]));
      expect(frames).toEqual(["8a06"]);
      expect(faults["bad-length"]).toBe(1);
    }
  });

  test("the longest frame a module sends is read", () => {
    const { parser, frames } = open();
    parser.push(wrap(Buffer.alloc(MAX_DATA_BYTES, 0x7e), 1));
    expect(frames).toEqual(["7e".repeat(MAX_DATA_BYTES)]);
  });

  test.each([1, 2] as const)("reads the frame behind 1 MB of noise, in API mode %i", (mode) => {
    const { parser, frames } = open(mode);
    const draw = generator(3 + mode);
    for (let sent = 0; sent < 1 << 20; sent += 4_096) {
      const noise = Buffer.alloc(4_096);
      for (let i = 0; i < noise.length; i++) noise[i] = draw(256);
      parser.push(noise);
    }
    parser.push(STATUS);
    // Noise may have begun a frame just before: the silence after the frame ends the wait for it.
    parser.giveUp();
    expect(frames.at(-1)).toBe("8a06");
  });

  test.each([1, 2] as const)(
    "holds back no more than a frame of 1 000 000 bytes, in API mode %i",
    (mode) => {
      const draw = generator(4 + mode);
      const command = encodeFrame({ type: "at", id: 1, command: "ND", value: Buffer.alloc(0) });
      const sound = [STATUS, wrap(command, mode)];
      let read = 0;
      const parser = new XBeeParser({
        mode,
        onFrame: (data) => {
          read++;
          decodeFrame(data);
        },
        onFault: () => undefined,
      });
      // Frames, frames with a byte changed, and noise thick with delimiters, in any cuts.
      const fuzz = Buffer.alloc(1_000_000);
      for (let at = 0; at < fuzz.length; ) {
        const start = at;
        at += (sound[draw(2)] as Buffer).copy(fuzz, at);
        if (draw(2) === 0) fuzz[start + draw(at - start)] = draw(256);
        for (let noise = draw(20); noise > 0; noise--)
          fuzz[at++] = draw(5) === 0 ? 0x7e : draw(256);
      }
      for (let at = 0; at < fuzz.length; ) {
        const end = at + 1 + draw(200);
        parser.push(fuzz.subarray(at, end));
        at = end;
      }
      expect(read).toBeGreaterThan(10_000);
      parser.giveUp();
      expect(parser.isInFrame).toBe(false);
    },
  );
});

describe("a frame's fields", () => {
  test("that are missing make it a short frame, one of a type we do not use is unknown", () => {
    const { parser, frames } = open();
    for (const type of [0x08, 0x10, 0x17, 0x88, 0x8a, 0x8b, 0x90, 0x95, 0x97]) {
      expect(decodeFrame(Buffer.of(type))).toBe("short-frame");
    }
    // The defect of xbee-api that ends its process: a transmit status without its last byte.
    parser.push(wrap(bytes("8b 01 0000 00 00"), 1));
    expect(decodeFrame(bytes(frames[0] as string))).toBe("short-frame");
    expect(decodeFrame(bytes("95 0013a20041526374 fffe 02 fffe 0013a20041526374 2041"))).toBe(
      "short-frame",
    );
    expect(decodeFrame(bytes("a1 00"))).toBe("unknown-type");
    expect(decodeFrame(Buffer.alloc(0))).toBe("unknown-type");
  });

  test("of the manual's node identification are read, with what NO adds behind them", () => {
    const data = bytes(
      "95 0013a200407402ac fffe c2 fffe 0013a200407402ac 2000 fffe 01 01 c105 101e 000c0000 2e",
    );
    expect(decodeFrame(data)).toEqual({
      type: "nodeIdentification",
      address64: "0013a200407402ac",
      address16: 0xfffe,
      options: 0xc2,
      node: {
        address64: "0013a200407402ac",
        address16: 0xfffe,
        name: " ",
        parent16: 0xfffe,
        role: 1,
        event: 1,
        profile: 0xc105,
        manufacturer: 0x101e,
      },
    });
  });
});
