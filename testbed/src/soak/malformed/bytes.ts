import type { Rng } from "@fogwot/core";

/** Random bytes, 0 … `maximum` of them. */
export function noise(rng: Rng, maximum: number): Buffer {
  return Buffer.from(Array.from({ length: rng.int(maximum + 1) }, () => rng.int(256)));
}

/** A copy with one to three bits changed. */
export function flipBits(rng: Rng, bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  const bits = new Set(Array.from({ length: 1 + rng.int(3) }, () => rng.int(copy.length * 8)));
  for (const bit of bits) copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
}

/** A copy that ends early. */
export function cut(rng: Rng, bytes: Buffer): Buffer {
  return bytes.subarray(0, rng.int(bytes.length));
}

export function pick<T>(rng: Rng, from: readonly T[]): T {
  return from[rng.int(from.length)] as T;
}
