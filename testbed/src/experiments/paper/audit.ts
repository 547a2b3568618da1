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

/** α and Q0 of the policy in force in a slot, null for a policy without Q. */
export type LearnerAt = (slot: number) => { readonly alpha: number; readonly q0: number } | null;

/**
 * Replays eq. (2), Q += α (R − Q), over a run's rewards and compares every stored `q_after`: needs
 * no distribution, so it holds for any channel. Q starts anew where the learner changes.
 */
export function auditRun(log: RunLog, learnerAt: LearnerAt, isRoundRobin = false): Audit {
  const q = new Map<number, number>();
  let learner: ReturnType<LearnerAt> = null;
  let [maxQError, audited, doubled] = [0, 0, 0];
  let inSlot = new Set<number>();
  for (let row = 0; row < log.count; row++) {
    const slot = log.slot[row] as number;
    const device = log.device[row] as number;
    if (row === 0 || slot !== log.slot[row - 1]) {
      inSlot = new Set();
      const now = learnerAt(slot);
      if (now !== learner) q.clear();
      learner = now;
    }
    if (inSlot.has(device)) doubled++;
    inSlot.add(device);
    const after = log.qAfter[row] as number;
    if (!learner || Number.isNaN(after)) continue;
    const before = q.get(device) ?? learner.q0;
    const reward = log.reward[row] as number;
    const expected = Number.isNaN(reward) ? before : before + learner.alpha * (reward - before);
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
