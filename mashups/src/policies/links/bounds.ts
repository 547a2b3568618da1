/** Less evidence than this is none. */
const NO_EVIDENCE = 0.01;
/** Round-trip times vary at least so much: a steady link is not known after one reply. */
const LEAST_VARIANCE_MS2 = 25;
const FASTEST_MS = 1;

/**
 * Upper end of Wilson's score interval for a delivery ratio: the best p that the evidence allows.
 * @param width half-width of the interval in standard deviations
 * @returns 0…1; 1 without evidence
 */
export function upperPdr(delivered: number, lost: number, width: number): number {
  const n = delivered + lost;
  if (n < NO_EVIDENCE) return 1;
  const p = delivered / n;
  const z = (width * width) / n;
  return (p + z / 2 + Math.sqrt(z * (p * (1 - p) + z / 4))) / (1 + z);
}

/**
 * The lowest mean round-trip time that the evidence allows: mean − width · standard error.
 * @param delivered discounted number of replies
 * @param squares discounted sum of squared deviations, ms²
 * @returns ms, at least 1; 1 without a reply
 */
export function lowerRttMs(
  delivered: number,
  meanMs: number,
  squares: number,
  width: number,
): number {
  if (delivered < NO_EVIDENCE) return FASTEST_MS;
  const variance = Math.max(LEAST_VARIANCE_MS2, squares / delivered);
  return Math.max(FASTEST_MS, meanMs - width * Math.sqrt(variance / delivered));
}
