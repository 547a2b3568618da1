import type { RunLog } from "../run-log";
import type { WorldDevice } from "../world";

/**
 * One run, slot by slot, in a few bytes per request: what figures and tests of many runs keep of a
 * RunLog. Index `slot − 1` in the columns by slot, `(slot − 1)·m + k` in those by pick.
 */
export interface RunTrack {
  readonly policy: string;
  readonly seed: number;
  readonly slots: number;
  readonly m: number;
  readonly timeoutMs: number;
  readonly intervalMs: number;
  readonly devices: readonly WorldDevice[];
  /** Sum of the round-trip times of the slot's replies, ms; 0 replies: 0, and never an average. */
  readonly rttSumMs: Float64Array;
  readonly replies: Uint32Array;
  readonly requests: Uint32Array;
  /** Energy of the slot's requests, mJ; 0 where the log names none. */
  readonly energyMj: Float64Array;
  /** Device of each pick; −1 where the slot asked fewer than m. */
  readonly picks: Int32Array;
  readonly ok: Uint8Array;
  /** Sums over the whole run, by device. */
  readonly byDevice: {
    readonly rttSumMs: Float64Array;
    readonly replies: Uint32Array;
    readonly requests: Uint32Array;
  };
}

export function trackOf(log: RunLog): RunTrack {
  const { policy, seed, slots, m, timeoutMs, intervalMs, devices } = log;
  const track: RunTrack = {
    policy,
    seed,
    slots,
    m,
    timeoutMs,
    intervalMs,
    devices,
    rttSumMs: new Float64Array(slots),
    replies: new Uint32Array(slots),
    requests: new Uint32Array(slots),
    energyMj: new Float64Array(slots),
    picks: new Int32Array(slots * m).fill(-1),
    ok: new Uint8Array(slots * m),
    byDevice: {
      rttSumMs: new Float64Array(devices.length),
      replies: new Uint32Array(devices.length),
      requests: new Uint32Array(devices.length),
    },
  };
  const { rttSumMs, replies, requests } = track.byDevice;
  for (let row = 0; row < log.count; row++) {
    const at = (log.slot[row] as number) - 1;
    const pick = at * m + (log.k[row] as number);
    const device = log.device[row] as number;
    track.requests[at] = (track.requests[at] as number) + 1;
    requests[device] = (requests[device] as number) + 1;
    track.picks[pick] = device;
    const energy = log.energyMj[row] as number;
    if (energy > 0) track.energyMj[at] = (track.energyMj[at] as number) + energy;
    if (log.ok[row] !== 1) continue;
    track.ok[pick] = 1;
    track.replies[at] = (track.replies[at] as number) + 1;
    track.rttSumMs[at] = (track.rttSumMs[at] as number) + (log.rttMs[row] as number);
    replies[device] = (replies[device] as number) + 1;
    rttSumMs[device] = (rttSumMs[device] as number) + (log.rttMs[row] as number);
  }
  return track;
}

/** Slots `from`…`to` of a run, both included, 1-based. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

export const wholeRun = ({ slots }: Pick<RunTrack, "slots">): Window => ({ from: 1, to: slots });

/** Windows of 50 slots, of 10 in the first 100: where a policy learns there is more to see. */
export function figureWindows(slots: number): Window[] {
  const fine = windowsOf(Math.min(slots, 100), 10);
  const coarse = windowsOf(slots, 50).filter(({ from }) => from > 100);
  return [...fine, ...coarse];
}

/** Windows of `length` slots, one after the other; a rest shorter than that is left out. */
export function windowsOf(slots: number, length: number): Window[] {
  return Array.from({ length: Math.floor(slots / length) }, (_, index) => ({
    from: index * length + 1,
    to: (index + 1) * length,
  }));
}
