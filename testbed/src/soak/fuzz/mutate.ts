import type { Rng } from "@fogwot/core";
import { cut, flipBits, noise, pick } from "../malformed/bytes";

/** Numbers and texts at which parsers break. */
export const NASTY = [
  "",
  "0",
  "-1",
  "65536",
  "4294967296",
  "18446744073709551616",
  "1e999",
  "NaN",
  "null",
  "\u0000",
  "%00",
  "%zz",
  "%c0%ae",
  "../..",
  "__proto__",
  "constructor",
  "{",
  "[[[[[[[[",
  '"\\ud800"',
  "\ufeff",
  "a".repeat(300),
  "\u{1f4a9}",
] as const;

/** A copy with one to three changes that know nothing of what the bytes mean. */
export function mutateBytes(rng: Rng, bytes: Buffer): Buffer {
  let changed = bytes;
  for (let left = 1 + rng.int(3); left > 0 && changed.length > 0; left--) {
    changed = pick(rng, CHANGES)(rng, changed);
  }
  return changed;
}

/** A JSON text near the given value: members dropped, added, of another type or beyond reason. */
export function mutateJson(rng: Rng, value: unknown): string {
  if (rng.chance(0.2))
    return mutateBytes(rng, Buffer.from(JSON.stringify(value))).toString("latin1");
  return JSON.stringify(mutateValue(rng, value, 3)) ?? "";
}

type Change = (rng: Rng, bytes: Buffer) => Buffer;

const CHANGES: readonly Change[] = [
  flipBits,
  cut,
  (rng, bytes) => splice(rng, bytes, noise(rng, 20)),
  (rng, bytes) => splice(rng, bytes, Buffer.from(pick(rng, NASTY))),
  (rng, bytes) => splice(rng, bytes, bytes.subarray(rng.int(bytes.length)).subarray(0, 40)),
  (rng, bytes) => {
    const at = rng.int(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + rng.int(8))]);
  },
];

/** Puts bytes in at any place. */
function splice(rng: Rng, bytes: Buffer, added: Buffer): Buffer {
  const at = rng.int(bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at)]);
}

function mutateValue(rng: Rng, value: unknown, depth: number): unknown {
  if (depth === 0 || rng.chance(0.3)) return pick(rng, VALUES)(rng);
  if (typeof value !== "object" || value === null) return pick(rng, VALUES)(rng);
  if (Array.isArray(value)) return value.map((item) => mutateValue(rng, item, depth - 1));
  const members = Object.entries(value).filter(() => rng.chance(0.8));
  if (rng.chance(0.4)) members.push([pick(rng, NASTY), pick(rng, VALUES)(rng)]);
  // JSON.parse makes an own member also of `__proto__`, as the receiver's does.
  const texts = members.map(
    ([key, member]) =>
      `${JSON.stringify(key)}:${JSON.stringify(mutateValue(rng, member, depth - 1)) ?? "null"}`,
  );
  return JSON.parse(`{${texts.join(",")}}`);
}

const VALUES: readonly ((rng: Rng) => unknown)[] = [
  () => null,
  () => true,
  (rng) => rng.int(2 ** 31) - 2 ** 30,
  (rng) => rng.next() * 1e300,
  (rng) => pick(rng, NASTY),
  () => [],
  () => ({}),
  (rng) => Array.from({ length: rng.int(40) }, () => 0),
  (rng) => nested(1 + rng.int(60)),
];

function nested(depth: number): unknown {
  return depth === 0 ? 0 : [nested(depth - 1)];
}
