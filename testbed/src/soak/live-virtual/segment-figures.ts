import type { RunLog } from "../../experiments";

/** One getData as far as the comparison goes. */
export interface Asked {
  readonly device: string;
  readonly ok: boolean;
  /** Unscaled ms; NaN on a loss. */
  readonly rttMs: number;
}

/** What is compared of one run of one policy. */
export interface SegmentFigures {
  readonly pdr: number;
  /** Mean of the replies; for information, since a live one holds what the programs take. */
  readonly rttMs: number;
  /** Share of slots in which a device was asked: mean over the devices of each sensor network. */
  readonly utilisation: Readonly<Record<string, number>>;
  /** Every reply's, by device. */
  readonly repliesMs: ReadonlyMap<string, readonly number[]>;
}

/** @param wsnOf sensor network of every device, asked or not */
export function segmentFigures(
  asked: readonly Asked[],
  slots: number,
  wsnOf: ReadonlyMap<string, string>,
): SegmentFigures {
  const replies = asked.filter(({ ok }) => ok);
  const devices = new Map<string, number>();
  const requests = new Map<string, number>();
  for (const wsn of wsnOf.values()) devices.set(wsn, (devices.get(wsn) ?? 0) + 1);
  for (const { device } of asked) {
    const wsn = wsnOf.get(device) ?? "";
    requests.set(wsn, (requests.get(wsn) ?? 0) + 1);
  }
  const shares = [...devices].map(([wsn, count]) => [
    wsn,
    (requests.get(wsn) ?? 0) / count / slots,
  ]);
  const repliesMs = new Map<string, number[]>();
  for (const { device, rttMs } of replies) {
    repliesMs.set(device, [...(repliesMs.get(device) ?? []), rttMs]);
  }
  return {
    repliesMs,
    pdr: replies.length / Math.max(1, asked.length),
    rttMs: replies.reduce((sum, { rttMs }) => sum + rttMs, 0) / Math.max(1, replies.length),
    utilisation: Object.fromEntries(shares) as Record<string, number>,
  };
}

/** The same of a virtual run. */
export function figuresOfLog(log: RunLog): SegmentFigures {
  const asked = Array.from({ length: log.count }, (_, i) => ({
    device: log.devices[log.device[i] as number]?.id ?? "",
    ok: log.ok[i] === 1,
    rttMs: log.rttMs[i] as number,
  }));
  const wsnOf = new Map(log.devices.map(({ id, wsn }) => [id, wsn]));
  return segmentFigures(asked, log.slots, wsnOf);
}
