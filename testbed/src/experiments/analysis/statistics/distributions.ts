/** Distribution functions that the tests and intervals need, in double precision. */

const LANCZOS = [
  676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
] as const;

/** ln Γ(x) for x > 0. @see C. Lanczos, J. SIAM Numer. Anal. B 1 (1964), g = 7, n = 9 */
export function lnGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - lnGamma(1 - x);
  const base = x - 1 + 7.5;
  const series = LANCZOS.reduce(
    (sum, coefficient, index) => sum + coefficient / (x + index),
    0.9999999999998099,
  );
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(base) - base + Math.log(series);
}

/**
 * Regularised incomplete beta function I_x(a, b), by its continued fraction (modified Lentz).
 * @see NIST Digital Library of Mathematical Functions, 8.17.22
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges fast only left of the mean; the other side follows by symmetry.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front =
    Math.exp(lnGamma(a + b) - lnGamma(a) - lnGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  const awayFromZero = (value: number): number => (Math.abs(value) < 1e-300 ? 1e-300 : value);
  let c = 1;
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= 1000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / awayFromZero(1 + even * d);
    c = awayFromZero(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / awayFromZero(1 + odd * d);
    c = awayFromZero(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return front * fraction;
}

/** P(T ≤ t) of Student's t with `degrees` of freedom. */
export function tCdf(t: number, degrees: number): number {
  const tail = incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5) / 2;
  return t > 0 ? 1 - tail : tail;
}

const quantiles = new Map<string, number>();

/** Quantile of Student's t, by bisection. @param share 0…1, both excluded */
export function tQuantile(share: number, degrees: number): number {
  // A curve asks for the same one at every point.
  const key = `${share} ${degrees}`;
  const known = quantiles.get(key);
  if (known !== undefined) return known;
  const found = findTQuantile(share, degrees);
  quantiles.set(key, found);
  return found;
}

function findTQuantile(share: number, degrees: number): number {
  let reach = 1;
  while (tCdf(reach, degrees) < Math.max(share, 1 - share)) reach *= 2;
  return bisect((t) => tCdf(t, degrees) - share, -reach, reach);
}

/** P(Z ≤ z) of the standard normal: the limit of Student's t. */
export function normalCdf(z: number): number {
  const tail = 0.5 * complementaryError(Math.abs(z) / Math.SQRT2);
  return z > 0 ? 1 - tail : tail;
}

/** @param share 0…1, both excluded */
export function normalQuantile(share: number): number {
  return bisect((z) => normalCdf(z) - share, -40, 40);
}

/** P(X ≤ k) of a binomial with `trials` and probability `p`. */
export function binomialCdf(k: number, trials: number, p: number): number {
  if (k < 0) return 0;
  return k >= trials ? 1 : incompleteBeta(1 - p, trials - k, k + 1);
}

/** erfc(x) for x ≥ 0: its series near 0, its continued fraction from 2 on. */
function complementaryError(x: number): number {
  if (x < 2) {
    let term = x;
    let sum = x;
    for (let n = 1; Math.abs(term) > 1e-17 * sum; n++) {
      term *= (2 * x * x) / (2 * n + 1);
      sum += term;
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
  }
  let fraction = 0;
  for (let n = 120; n > 0; n--) fraction = n / 2 / (x + fraction);
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + fraction);
}

/** Root of an ascending function to the last bits of a double. */
function bisect(f: (x: number) => number, low: number, high: number): number {
  let [from, to] = [low, high];
  for (let step = 0; step < 200; step++) {
    const middle = (from + to) / 2;
    if (middle === from || middle === to) break;
    if (f(middle) < 0) from = middle;
    else to = middle;
  }
  return (from + to) / 2;
}
