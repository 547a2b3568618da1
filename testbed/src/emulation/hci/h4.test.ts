import { beforeEach, describe, expect, test } from "@jest/globals";
import { HostParser } from "./h4";
import { Reassembly } from "./l2cap";
import { aclPackets } from "./packets";

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");

describe("what a host sends over H4", () => {
  let said: unknown[];
  let parser: HostParser;
  beforeEach(() => {
    said = [];
    parser = new HostParser({
      command: (opcode, parameters) => said.push([opcode.toString(16), parameters.toString("hex")]),
      acl: (handle, isStart, data) => said.push([handle, isStart, data.toString("hex")]),
      noise: (count) => said.push(count),
    });
  });

  test("is read in whatever pieces it comes, and several in one", () => {
    const bytes = hex("01 03 0c 00 02 40 00 03 00 aa bb cc 01 0c 20 02 01 00");
    for (const byte of bytes) parser.push(Uint8Array.of(byte));
    parser.push(bytes);
    const once = [
      ["c03", ""],
      [64, true, "aabbcc"],
      ["200c", "0100"],
    ];
    expect(said).toEqual([...once, ...once]);
    expect(parser.pendingBytes).toBe(0);
  });

  test("is found again behind noise, and behind a length that no packet has", () => {
    parser.push(hex("ff 04 00 02 40 10 ff ff"));
    parser.push(hex("01 03 0c 00"));
    expect(said.at(-1)).toEqual(["c03", ""]);
    expect(said.filter(Number.isInteger)).toEqual([8]);
  });

  test("starts a frame with PB 00 and 10, and continues one with 01", () => {
    parser.push(hex("02 40 00 01 00 aa 02 40 20 01 00 bb 02 40 10 01 00 cc"));
    expect(said).toEqual([
      [64, true, "aa"],
      [64, true, "bb"],
      [64, false, "cc"],
    ]);
  });
});

describe("a frame on its way to the host", () => {
  test("is cut into packets of 251 bytes, of which only the first says that it starts", () => {
    const payload = Buffer.from(Array.from({ length: 600 }, (_, i) => i & 0xff));
    const packets = aclPackets(0x0040, 4, payload);
    expect(packets.map((packet) => packet.subarray(0, 5).toString("hex"))).toEqual([
      "024020fb00",
      "024010fb00",
      "0240106600",
    ]);
    const frames: unknown[] = [];
    const reassembly = new Reassembly((cid, frame) => frames.push([cid, frame]));
    for (const [i, packet] of packets.entries()) reassembly.take(i === 0, packet.subarray(5));
    expect(frames).toEqual([[4, payload]]);
  });

  test("that is cut short, overlong or begins in the middle is dropped; the next one is read", () => {
    const frames: string[] = [];
    const reassembly = new Reassembly((_cid, frame) => frames.push(frame.toString("hex")));
    expect(reassembly.take(false, hex("aabb"))).toBe(false);
    expect(reassembly.take(true, hex("0500 0400 aa"))).toBe(true);
    expect(reassembly.take(true, hex("0100 0400 aabb"))).toBe(false);
    expect(reassembly.take(true, hex("ffff 0400"))).toBe(false);
    expect(reassembly.take(false, hex("aa"))).toBe(false);
    expect(reassembly.take(true, hex("0100 0400 0b"))).toBe(true);
    expect(frames).toEqual(["0b"]);
  });
});
