/**
 * Seeded pseudo-random numbers: sfc32 (Doty-Humphrey's PractRand), seeded by an FNV-1a hash.
 *
 * One stream per purpose: `createRng(seed, "link", "wifi-1")` never shares numbers with
 * `createRng(seed, "policy")`, so adding a consumer changes nobody else's draws.
 */
export interface Rng {
  /** Uniform in [0, 1), 32 bits of resolution. */
  next(): number;
  /** Uniform integer in [0, bound), bound ≤ 2^32. */
  int(bound: number): number;
  /** True with probability `p`. */
  chance(p: number): boolean;
  /** Standard normal. */
  normal(): number;
  /** Log-normal with the given median, and sigma of the underlying normal. */
  logNormal(median: number, sigma: number): number;
  /** The whole state, for a snapshot. */
  state(): RngState;
}

export type RngState = readonly [
  a: number,
  b: number,
  c: number,
  counter: number,
  spare: number | null,
];

export function createRng(seed: number, ...stream: readonly string[]): Rng {
  const text = [String(seed), ...stream].join("\u0000");
  const rng = restoreRng([fnv1a(text, 0), fnv1a(text, 1), fnv1a(text, 2), 1, null]);
  // The first outputs still show the seed's structure; the reference implementation discards 12.
  for (let i = 0; i < 12; i++) rng.next();
  return rng;
}

export function restoreRng(state: RngState): Rng {
  let [a, b, c, counter, spare] = state;
  const uint32 = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + t) | 0;
    return t >>> 0;
  };
  const next = (): number => uint32() / 4294967296;
  const normal = (): number => {
    if (spare !== null) {
      const value = spare;
      spare = null;
      return value;
    }
    // Box-Muller; 1 - u keeps the logarithm's argument above 0.
    const radius = Math.sqrt(-2 * Math.log(1 - next()));
    const angle = 2 * Math.PI * next();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
  return {
    next,
    int: (bound) => Math.floor(next() * bound),
    chance: (p) => next() < p,
    normal,
    logNormal: (median, sigma) => median * Math.exp(sigma * normal()),
    state: () => [a, b, c, counter, spare],
  };
}

function fnv1a(text: string, salt: number): number {
  let hash = 0x811c9dc5 ^ salt;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return hash | 0;
}
