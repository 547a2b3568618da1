import { normalCdf } from "./distributions";

export interface SignedRankTest {
  /** Pairs that differ; equal ones are left out, as Wilcoxon did. */
  readonly pairs: number;
  /** Sum of the ranks of the positive differences, W+. */
  readonly positiveRanks: number;
  /** Two-sided; 1 where nothing differs. */
  readonly p: number;
  readonly isExact: boolean;
  /** Matched-pairs rank-biserial correlation, −1…1: positive where the first values are larger. */
  readonly effect: number;
}

/** Up to this many pairs the distribution is enumerated; far beyond it the normal one fits. */
const EXACT_PAIRS = 50;

/**
 * Wilcoxon's signed-rank test of paired values: whether one policy is better than another over the
 * same worlds, without assuming a normal distribution.
 *
 * Ties share their mean rank. Up to 50 pairs the exact permutation distribution given the ties,
 * above the normal approximation with tie and continuity correction.
 * @see F. Wilcoxon, Biometrics Bulletin 1 (1945)
 */
export function signedRankTest(a: readonly number[], b: readonly number[]): SignedRankTest {
  const differences = a
    .map((value, index) => value - (b[index] as number))
    .filter((difference) => difference !== 0);
  const pairs = differences.length;
  if (pairs === 0) return { pairs, positiveRanks: 0, p: 1, isExact: true, effect: 0 };
  const ranks = midRanks(differences.map(Math.abs));
  let positiveRanks = 0;
  for (const [index, difference] of differences.entries()) {
    if (difference > 0) positiveRanks += ranks[index] as number;
  }
  const total = (pairs * (pairs + 1)) / 2;
  const isExact = pairs <= EXACT_PAIRS;
  const p = isExact ? exactP(ranks, positiveRanks) : normalP(ranks, positiveRanks);
  return { pairs, positiveRanks, p, isExact, effect: (2 * positiveRanks) / total - 1 };
}

/** Ranks from 1, equal values sharing the mean of theirs. */
export function midRanks(values: readonly number[]): number[] {
  const order = values
    .map((_, index) => index)
    .sort((i, j) => (values[i] as number) - (values[j] as number));
  const ranks = new Array<number>(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && values[order[to] as number] === values[order[from] as number]) to++;
    for (let i = from; i < to; i++) ranks[order[i] as number] = (from + 1 + to) / 2;
    from = to;
  }
  return ranks;
}

/** Share of all 2^n sign patterns whose W+ lies at least as far from its mean. */
function exactP(ranks: readonly number[], positiveRanks: number): number {
  // Mean ranks are multiples of a half: doubled they are whole, and sums index an array.
  const doubled = ranks.map((rank) => Math.round(2 * rank));
  const total = doubled.reduce((sum, rank) => sum + rank, 0);
  const share = new Float64Array(total + 1);
  share[0] = 1;
  for (const rank of doubled) {
    for (let sum = total; sum >= 0; sum--) {
      const added = sum >= rank ? (share[sum - rank] as number) : 0;
      share[sum] = 0.5 * ((share[sum] as number) + added);
    }
  }
  const distance = Math.abs(4 * positiveRanks - total);
  return Math.min(
    1,
    share.reduce((p, one, sum) => (Math.abs(2 * sum - total) >= distance ? p + one : p), 0),
  );
}

function normalP(ranks: readonly number[], positiveRanks: number): number {
  const centre = ranks.reduce((sum, rank) => sum + rank, 0) / 2;
  // Σ rank²/4 is the variance under ties too.
  const deviation = Math.sqrt(ranks.reduce((sum, rank) => sum + rank * rank, 0) / 4);
  const distance = Math.max(0, Math.abs(positiveRanks - centre) - 0.5);
  return Math.min(1, 2 * (1 - normalCdf(distance / deviation)));
}
