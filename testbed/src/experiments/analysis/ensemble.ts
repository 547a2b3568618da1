import { convergenceSlot, type RatioColumns, sum } from "./metrics";
import type { RunTrack, Window } from "./run-track";

/** All runs of one policy, pooled slot by slot over the seeds. */
export interface Ensemble {
  readonly runs: number;
  readonly slots: number;
  readonly rttSumMs: Float64Array;
  readonly replies: Float64Array;
  readonly requests: Float64Array;
  /** Requests by slot and device: index `(slot − 1)·D + d`. */
  readonly asked: Float64Array;
  readonly deviceCount: number;
}

export function poolRuns(tracks: readonly RunTrack[]): Ensemble {
  const slots = Math.max(0, ...tracks.map((track) => track.slots));
  const deviceCount = tracks[0]?.devices.length ?? 0;
  const pooled: Ensemble = {
    runs: tracks.length,
    slots,
    rttSumMs: new Float64Array(slots),
    replies: new Float64Array(slots),
    requests: new Float64Array(slots),
    asked: new Float64Array(slots * deviceCount),
    deviceCount,
  };
  for (const track of tracks) {
    add(pooled.rttSumMs, track.rttSumMs);
    add(pooled.replies, track.replies);
    add(pooled.requests, track.requests);
    track.picks.forEach((device, pick) => {
      if (device < 0) return;
      const at = Math.floor(pick / track.m) * deviceCount + device;
      pooled.asked[at] = (pooled.asked[at] as number) + 1;
    });
  }
  return pooled;
}

export interface EnsembleConvergence {
  readonly rtt: number | null;
  readonly pdr: number | null;
  /** Share of the requests that went to the M devices most asked on the plateau. */
  readonly best: number | null;
}

/** Pooled trailing values over 10 slots, within 5 % of the plateau for 50 slots. */
const ENSEMBLE = { trailing: 10, hold: 50 } as const;

/**
 * When a policy has settled, seen over all seeds together: sharper than any single run, whose
 * 100-slot trailing value cannot settle before slot 100.
 */
export function ensembleConvergence(
  pooled: Ensemble,
  m: number,
  plateau: Window,
): EnsembleConvergence {
  const settled = (columns: RatioColumns): number | null =>
    convergenceSlot(columns, {
      ...ENSEMBLE,
      plateau: sum(columns.above, plateau) / sum(columns.below, plateau),
    });
  const { rttSumMs, replies, requests } = pooled;
  return {
    rtt: settled({ above: rttSumMs, below: replies }),
    pdr: settled({ above: replies, below: requests }),
    best: settled({ above: askedOf(pooled, mostAsked(pooled, m, plateau)), below: requests }),
  };
}

/** The `m` devices most asked in a window, by index, most asked first. */
export function mostAsked(pooled: Ensemble, m: number, window: Window): number[] {
  const counts = Array.from({ length: pooled.deviceCount }, (_, device) =>
    sum(askedOf(pooled, [device]), window),
  );
  return counts
    .map((_, device) => device)
    .sort((a, b) => (counts[b] as number) - (counts[a] as number))
    .slice(0, m);
}

function askedOf({ asked, slots, deviceCount }: Ensemble, devices: readonly number[]) {
  return Float64Array.from({ length: slots }, (_, at) =>
    devices.reduce((total, device) => total + (asked[at * deviceCount + device] as number), 0),
  );
}

function add(total: Float64Array, values: ArrayLike<number>): void {
  for (let at = 0; at < values.length; at++) {
    total[at] = (total[at] as number) + (values[at] as number);
  }
}
