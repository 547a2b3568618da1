import { createHash } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import {
  decodeStateImage,
  encodeStateImage,
  PAGE_BYTES,
  type StateImage,
  StateImageError,
} from ".";

function image(pages = 1): StateImage {
  const memory = new Uint8Array(pages * PAGE_BYTES);
  for (let i = 0; i < 2_000; i++) memory[(i * 31) % memory.length] = i & 0xff;
  return {
    wasmSha256: "ab".repeat(32),
    memory,
    globals: [
      { type: "i32", bits: 0xffff_fffen },
      // A signalling NaN: a detour over a JavaScript number would quieten it.
      { type: "f64", bits: 0x7ff0_0000_0000_0001n },
      { type: "i64", bits: 1n << 63n },
      { type: "f32", bits: 0x7f80_0001n },
    ],
  };
}

describe("a state image", () => {
  it("comes back bit for bit, a signalling NaN too, and a mostly empty page is small", () => {
    const bytes = encodeStateImage(image());
    expect(decodeStateImage(bytes, 1)).toEqual({ ...image(), memory: Buffer.from(image().memory) });
    expect(bytes.length).toBeLessThan(8_000);
  });

  it("is refused cut off anywhere, with any byte changed, or when it is larger than granted", () => {
    const bytes = encodeStateImage(image());
    for (let length = 0; length < bytes.length; length += 7) {
      expect(() => decodeStateImage(bytes.subarray(0, length), 1)).toThrow(StateImageError);
    }
    for (let at = 0; at < bytes.length; at += 5) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] as number) ^ 0x10;
      expect(() => decodeStateImage(changed, 1)).toThrow(StateImageError);
    }
    expect(() => decodeStateImage(encodeStateImage(image(3)), 2)).toThrow(
      /got 3, wanted at most 2/,
    );
  });

  it("that unpacks to more than it says is refused before it fills the memory", () => {
    const whole = encodeStateImage(image(4));
    const lying = Buffer.from(whole);
    lying.writeUInt32LE(1, 8);
    // With a checksum that fits the lie: only the length gives it away.
    createHash("sha256")
      .update(lying.subarray(0, -32))
      .digest()
      .copy(lying, lying.length - 32);
    expect(() => decodeStateImage(lying, 4)).toThrow(/memory/);
  });
});
