/** A linear congruential generator: the same seed, the same mutations. */
export function generator(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Changes bytes in place, inserts, removes, repeats or cuts: never the same bytes again. */
export function mutate(
  bytes: Uint8Array,
  draw: (below: number) => number,
): Uint8Array<ArrayBuffer> {
  const at = draw(bytes.length);
  const copy = Uint8Array.from(bytes);
  switch (draw(6)) {
    case 0:
      return copy.slice(0, at);
    case 1:
      return Uint8Array.from([...copy.subarray(0, at), draw(256), ...copy.subarray(at)]);
    case 2:
      return Uint8Array.from([...copy.subarray(0, at), ...copy.subarray(at + 1 + draw(8))]);
    case 3:
      copy[at] = ((copy[at] as number) + 1 + draw(255)) & 0xff;
      return copy;
    case 4: {
      copy[at] = ((copy[at] as number) + 1 + draw(255)) & 0xff;
      for (let left = draw(8); left > 0; left--) copy[draw(copy.length)] = draw(256);
      return Buffer.compare(copy, bytes) === 0 ? copy.slice(0, at) : copy;
    }
    default:
      copy[at] = (copy[at] as number) ^ (1 << draw(8));
      return copy;
  }
}
