import type { Draw } from "./motion";

/** What a line does to each byte, with these probabilities. */
export interface Spoiling {
  readonly corrupted: number;
  readonly lost: number;
  readonly doubled: number;
}

/** The bytes as they arrive. A corrupted byte is any other byte with equal probability. */
export function spoil(
  bytes: Uint8Array,
  { corrupted, lost, doubled }: Spoiling,
  draw: Draw,
): Uint8Array {
  const arrived: number[] = [];
  for (const byte of bytes) {
    const fate = draw();
    if (fate < corrupted) arrived.push(byte ^ (1 + Math.floor(draw() * 255)));
    else if (fate < corrupted + lost) continue;
    else if (fate < corrupted + lost + doubled) arrived.push(byte, byte);
    else arrived.push(byte);
  }
  return Uint8Array.from(arrived);
}
