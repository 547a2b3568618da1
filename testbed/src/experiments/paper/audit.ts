import type { RunLog } from "../run-log";

/** What an audit of one run found; every count is of offences and should be 0. */
export interface Audit {
  readonly policy: string;
  readonly seed: number;
  /** Largest |q_after − eq. (2)|, in the reward's unit. */
  readonly maxQError: number;
  /** Requests whose Q was audited. */
  readonly audited: number;
  /** Slots that asked a device twice. */
  readonly doubled: number;
  /** Stretches of D consecutive slots that did not ask every device M times: round robin only. */
  readonly unequal: number;
}

/** From a slot on eq. (2) runs with these figures, from Q0; null: a policy without Q. */
export interface Learner {
  readonly fromSlot: number;
  readonly eq2: { readonly alpha: number; readonly q0: number } | null;
}

/**
 * Replays eq. (2), Q += α (R − Q), over a run's rewards and compares every stored `q_after`: needs
 * no distribution, so it holds for any channel. Q starts anew with every learner.
 */
export function auditRun(log: RunLog, learners: readonly Learner[], isRoundRobin = false): Audit {
  const q = new Map<number, number>();
  let current: Learner | undefined;
  let [maxQError, audited, doubled] = [0, 0, 0];
  let inSlot = new Set<number>();
  for (let row = 0; row < log.count; row++) {
    const slot = log.slot[row] as number;
    const device = log.device[row] as number;
    if (row === 0 || slot !== log.slot[row - 1]) {
      inSlot = new Set();
      const now = learners.findLast(({ fromSlot }) => fromSlot <= slot);
      if (now !== current) q.clear();
      current = now;
    }
    if (inSlot.has(device)) doubled++;
    inSlot.add(device);
    const after = log.qAfter[row] as number;
    if (!current?.eq2 || Number.isNaN(after)) continue;
    const { alpha, q0 } = current.eq2;
    const before = q.get(device) ?? q0;
    const reward = log.reward[row] as number;
    const expected = Number.isNaN(reward) ? before : before + alpha * (reward - before);
    q.set(device, expected);
    maxQError = Math.max(maxQError, Math.abs(expected - after));
    audited++;
  }
  const unequal = isRoundRobin ? unequalStretches(log) : 0;
  return { policy: log.policy, seed: log.seed, maxQError, audited, doubled, unequal };
}

function unequalStretches({ device, count, devices, m }: RunLog): number {
  const stretch = devices.length * m;
  let offences = 0;
  const asked = new Int32Array(devices.length);
  for (let row = 0; row < count; row++) {
    const coming = device[row] as number;
    asked[coming] = (asked[coming] as number) + 1;
    if (row >= stretch) {
      const leaving = device[row - stretch] as number;
      asked[leaving] = (asked[leaving] as number) - 1;
    }
    if (row >= stretch - 1 && (row + 1) % m === 0 && asked.some((times) => times !== m)) offences++;
  }
  return offences;
}
