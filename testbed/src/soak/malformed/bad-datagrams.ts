import type { Rng } from "@fogwot/core";
import { cut, flipBits, noise, pick } from "./bytes";

const MAGIC = 0xf0;
const VERSION = 1;
const READING = 2;

/**
 * Datagrams that a board on this link may never have sent: noise, damaged copies of its own replies,
 * and frames whose checksum is right and whose content is not. `real` is a reply that it did send.
 *
 * @see firmware/test/vectors: the board protocol
 */
export function badDatagram(rng: Rng, real: Buffer): Buffer {
  return pick(rng, KINDS)(rng, real);
}

type Kind = (rng: Rng, real: Buffer) => Buffer;

const KINDS: readonly Kind[] = [
  (rng) => Buffer.concat([Buffer.of(rng.int(MAGIC)), noise(rng, 64)]),
  (rng) => Buffer.concat([Buffer.of(MAGIC), noise(rng, 8)]),
  () => Buffer.alloc(0),
  (rng) => Buffer.alloc(1_400, rng.int(256)),
  // A checksum of 16 bits catches up to three wrong bits in a frame of this length, always.
  (rng, real) => flipBits(rng, real),
  (rng, real) => cut(rng, real),
  (rng, real) => Buffer.concat([real, Buffer.of(rng.int(256))]),
  (_, real) => Buffer.concat([real, real]),
  // The checksum is right from here on.
  (rng) => frame({ type: 7 + rng.int(249), body: noise(rng, 32) }),
  (rng) => frame({ type: READING, version: 2 + rng.int(254), body: noise(rng, 32) }),
  (rng) => frame({ type: READING, flags: 1 + rng.int(255), body: reading(rng, 1) }),
  (rng) => frame({ type: READING, body: noise(rng, 8) }),
  (rng) => frame({ type: READING, body: reading(rng, 0) }),
  (rng) => frame({ type: READING, body: reading(rng, 2).subarray(0, 18) }),
  (rng) => frame({ type: READING, body: Buffer.concat([reading(rng, 1), Buffer.of(0)]) }),
  (rng) => frame({ type: READING, body: Buffer.alloc(65 + rng.int(900)) }),
  (rng) => frame({ type: READING, body: reading(rng, 1), length: 1 + rng.int(8) }),
];

/** A frame with a right checksum; `length` overrides the true one. */
function frame(parts: {
  readonly type: number;
  readonly body: Buffer;
  readonly version?: number;
  readonly flags?: number;
  readonly length?: number;
}): Buffer {
  const { type, body, version = VERSION, flags = 0, length = body.length } = parts;
  const bytes = Buffer.alloc(8 + body.length + 2);
  bytes.set([MAGIC, version, type, flags, 0x12, 0x34]);
  bytes.writeUInt16LE(length, 6);
  bytes.set(body, 8);
  bytes.writeUInt16LE(crc(bytes.subarray(0, 8 + body.length)), 8 + body.length);
  return bytes;
}

/** Body of a reading that announces `count` values and holds as many. */
function reading(rng: Rng, count: number): Buffer {
  const body = Buffer.alloc(9 + 5 * count);
  body.writeUInt32LE(rng.int(2 ** 32), 0);
  body[8] = count;
  for (let at = 9; at < body.length; at += 5) body[at] = 1;
  return body;
}

/** CRC-16/CCITT-FALSE, bit by bit: written anew here, so that it cannot share a fault with the driver's. */
function crc(bytes: Uint8Array): number {
  let remainder = 0xffff;
  for (const byte of bytes) {
    remainder ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) {
      remainder = (remainder << 1) ^ (remainder & 0x8000 ? 0x1021 : 0);
      remainder &= 0xffff;
    }
  }
  return remainder;
}
