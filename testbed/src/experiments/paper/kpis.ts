import {
  convergenceSlot,
  pdrColumns,
  pdrOf,
  rttColumns,
  rttOf,
  utilisationOf,
} from "../analysis/metrics";
import type { RunTrack, Window } from "../analysis/run-track";
import type { MetricName } from "./reference";

/** Figures of one run of one policy. */
export type Kpis = Readonly<Record<MetricName, number>> & {
  /** Share of plateau slots by device index. */
  readonly utilisation: readonly number[];
};

/** Slots of the window the single-run convergence measure looks back. */
const TRAILING = 100;

/**
 * @param run slots of the policy: the whole run, or its segment of a switch run
 * @param plateauAfter slots of the run before its plateau
 */
export function kpisOf(track: RunTrack, run: Window, plateauAfter: number): Kpis {
  const own = cut(track, run);
  const plateau = { from: Math.min(plateauAfter + 1, own.slots), to: own.slots };
  const all = { from: 1, to: own.slots };
  const rtt = rttOf(own, plateau);
  const pdr = pdrOf(own, plateau);
  const settled = (columns: ReturnType<typeof rttColumns>, value: number): number =>
    convergenceSlot(columns, { trailing: TRAILING, plateau: value }) ?? Number.NaN;
  return {
    rttAll: rttOf(own, all),
    pdrAll: pdrOf(own, all),
    rtt,
    pdr,
    convRtt: settled(rttColumns(own), rtt),
    convPdr: settled(pdrColumns(own), pdr),
    utilisation: [...utilisationOf(own, plateau)],
  };
}

/** Slots from…to of a run as a run of their own. */
export function cut(track: RunTrack, { from, to }: Window): RunTrack {
  if (from === 1 && to === track.slots) return track;
  const { m } = track;
  return {
    ...track,
    slots: to - from + 1,
    rttSumMs: track.rttSumMs.subarray(from - 1, to),
    replies: track.replies.subarray(from - 1, to),
    requests: track.requests.subarray(from - 1, to),
    energyMj: track.energyMj.subarray(from - 1, to),
    picks: track.picks.subarray((from - 1) * m, to * m),
    ok: track.ok.subarray((from - 1) * m, to * m),
  };
}

/** Mean utilisation of the devices of each network. */
export function byNetwork(
  utilisation: readonly number[],
  devices: RunTrack["devices"],
): Map<string, number> {
  const sums = new Map<string, { total: number; count: number }>();
  devices.forEach(({ wsn }, index) => {
    const sum = sums.get(wsn) ?? { total: 0, count: 0 };
    sums.set(wsn, { total: sum.total + (utilisation[index] ?? 0), count: sum.count + 1 });
  });
  return new Map([...sums].map(([wsn, { total, count }]) => [wsn, total / count]));
}
