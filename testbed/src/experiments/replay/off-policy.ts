import { FogwotError, InputError } from "@fogwot/core";
import { type Estimate, tQuantile } from "../analysis/statistics";
import type { RunLog } from "../run-log";
import type { Target } from "./targets";

/** A log without propensities says nothing of what it did not try. */
export class DeterministicLogError extends FogwotError {
  readonly code = "DETERMINISTIC_LOG";
  readonly title = "The log cannot value another policy";
  readonly status = 422;
  constructor(policy: string, reason: string, options: ErrorOptions = {}) {
    super(
      `the log of ${policy} ${reason}: what it never tries cannot be valued from it. ` +
        "Log a policy that explores (P1, P2 or P3), or replay the log (fogwot experiment replay)",
      { ...options, details: { policy, reason } },
    );
  }
}

export interface OffPolicyEstimate {
  /** Inverse propensity weighting: unbiased, wide. */
  readonly ips: Estimate;
  /** The same, weights normalised: narrower, a bias that vanishes with the length of the log. */
  readonly snips: Estimate;
  /** Doubly robust: a running model of every link, corrected by the weighted residuals. */
  readonly dr: Estimate;
}

export interface OffPolicyValue {
  readonly target: string;
  readonly slots: number;
  /** Delivery ratio of the target's requests. */
  readonly pdr: OffPolicyEstimate;
  /** p·RTT + (1 − p)·T per request, ms. */
  readonly costMs: OffPolicyEstimate;
  /** (Σw)²/Σw² over the target's requests: as good as so many requests of its own. */
  readonly effectiveRequests: number;
}

/** Slots of a block; blocks are taken as independent, slots of a bursty channel are not. */
const BLOCK_SLOTS = 50;
/** Weight of the newest outcome in the running model of a link. */
const MODEL_RATE = 0.05;

/**
 * Value of a target policy per request, from the log of another with propensities.
 *
 * Per slot and device the weight is the mean, over the M picks k, of three cases: 1 when the device
 * was taken before pick k, 1/propensity when it is pick k, else 0. Given the earlier picks each
 * case has expectation 1, so Σ w·r is unbiased for what the target's devices would have answered.
 * @throws DeterministicLogError, InputError
 * @see Y. Li et al. and A. Swaminathan et al. on slates; M. Dudík et al., Doubly Robust (2011)
 */
export function offPolicyValue(log: RunLog, target: Target): OffPolicyValue {
  checkPropensities(log);
  const pdr = new Sums(log.devices.length, 0.5);
  const cost = new Sums(log.devices.length, log.timeoutMs / 2);
  const weights = new Float64Array(log.devices.length);
  const answers = new Float64Array(log.devices.length);
  let [weightSum, squareSum, slots] = [0, 0, 0];
  for (let from = 0; from < log.count; ) {
    const slot = log.slot[from] as number;
    let to = from;
    while (to < log.count && log.slot[to] === slot) to++;
    const chosen = target.choose(slot);
    weights.fill(0);
    const count = to - from;
    for (let k = 0; k < count; k++) {
      const device = log.device[from + k] as number;
      const propensity = log.propensity[from + k] as number;
      weights[device] = (1 / propensity + (count - 1 - k)) / count;
      answers[device] = log.ok[from + k] === 1 ? (log.rttMs[from + k] as number) : Number.NaN;
    }
    for (const device of chosen) {
      const weight = weights[device] as number;
      const rttMs = answers[device] as number;
      const isOk = weight > 0 && !Number.isNaN(rttMs);
      weightSum += weight;
      squareSum += weight * weight;
      pdr.add(device, weight, isOk ? 1 : 0, chosen.length);
      cost.add(device, weight, isOk ? rttMs : log.timeoutMs, chosen.length);
    }
    // The model may only know earlier slots, else the correction would not be unbiased.
    for (let row = from; row < to; row++) {
      const device = log.device[row] as number;
      const isOk = log.ok[row] === 1;
      pdr.learn(device, isOk ? 1 : 0);
      cost.learn(device, isOk ? (log.rttMs[row] as number) : log.timeoutMs);
    }
    const rttMs = log.rttMs.subarray(from, to);
    target.learn?.(log.device.subarray(from, to), log.ok.subarray(from, to), rttMs, count);
    slots++;
    if (slots % BLOCK_SLOTS === 0) {
      pdr.endBlock();
      cost.endBlock();
    }
    from = to;
  }
  const effectiveRequests = squareSum === 0 ? 0 : (weightSum * weightSum) / squareSum;
  return {
    target: target.name,
    slots,
    pdr: pdr.estimate(),
    costMs: cost.estimate(),
    effectiveRequests,
  };
}

function checkPropensities({ policy, propensity, count }: RunLog): void {
  const used = propensity.subarray(0, count);
  const missing = used.reduce((sum, one) => sum + (Number.isNaN(one) ? 1 : 0), 0);
  if (count === 0) {
    throw new InputError({ path: "log", got: "no rows", wanted: "at least one slot" });
  }
  if (missing > 0) {
    throw new DeterministicLogError(policy, `names no propensity in ${missing} of ${count} rows`);
  }
  if (used.every((one) => one === 1)) {
    throw new DeterministicLogError(policy, "was certain of every pick");
  }
  const wrong = used.find((one) => !(one > 0 && one <= 1));
  if (wrong !== undefined) {
    throw new InputError({ path: "propensity", got: wrong, wanted: "a number in (0, 1]" });
  }
}

interface Block {
  slots: number;
  ips: number;
  dr: number;
  weighted: number;
  weight: number;
}

const emptyBlock = (): Block => ({ slots: 0, ips: 0, dr: 0, weighted: 0, weight: 0 });

/** Block sums of the three estimators of one quantity. */
class Sums {
  readonly #model: Float64Array;
  readonly #blocks: Block[] = [];
  #block = emptyBlock();

  constructor(devices: number, start: number) {
    this.#model = new Float64Array(devices).fill(start);
  }

  add(device: number, weight: number, value: number, chosen: number): void {
    const guess = this.#model[device] as number;
    const block = this.#block;
    block.ips += (weight * value) / chosen;
    block.dr += (guess + weight * (value - guess)) / chosen;
    block.weighted += weight * value;
    block.weight += weight;
    block.slots += 1 / chosen;
  }

  learn(device: number, value: number): void {
    const guess = this.#model[device] as number;
    this.#model[device] = guess + MODEL_RATE * (value - guess);
  }

  endBlock(): void {
    this.#blocks.push(this.#block);
    this.#block = emptyBlock();
  }

  /** A rest shorter than a block is left out, unless there is nothing else. */
  estimate(): OffPolicyEstimate {
    const blocks = this.#blocks.length > 0 ? this.#blocks : [this.#block];
    return {
      ips: ratio(blocks, ({ ips, slots }) => [ips, slots]),
      snips: ratio(blocks, ({ weighted, weight }) => [weighted, weight]),
      dr: ratio(blocks, ({ dr, slots }) => [dr, slots]),
    };
  }
}

/** Σ above / Σ below with a 95 % interval from the blocks' residuals (delta method). */
function ratio(
  blocks: readonly Block[],
  parts: (block: Block) => readonly [above: number, below: number],
): Estimate {
  const pairs = blocks.map(parts);
  const below = pairs.reduce((sum, pair) => sum + pair[1], 0);
  const value = pairs.reduce((sum, pair) => sum + pair[0], 0) / below;
  const count = blocks.length;
  if (count < 2) {
    return { value, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  }
  const squares = pairs.reduce((sum, [up, down]) => sum + (up - value * down) ** 2, 0);
  const deviation = Math.sqrt((squares * count) / (count - 1)) / below;
  const half = tQuantile(0.975, count - 1) * deviation;
  return { value, low: value - half, high: value + half };
}
