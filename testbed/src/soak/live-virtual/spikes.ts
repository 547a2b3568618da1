import type { SegmentFigures } from "./segment-figures";

/** One reply in a thousand of the model is slower; more than a few of the live ones are the machine's. */
const QUANTILE = 0.999;

/**
 * Share of live replies that are slower than the links make them. It matters more than its size: under
 * P1 a device whose last reply was slow is not asked again until exploration comes upon it.
 * @param addedMs what every reply takes longer than its link
 */
export function spikeShare(
  live: readonly SegmentFigures[],
  virtual: readonly SegmentFigures[],
  addedMs: number,
): number {
  let spikes = 0;
  let replies = 0;
  const limits = new Map<string, number>();
  for (const device of new Set(virtual.flatMap(({ repliesMs }) => [...repliesMs.keys()]))) {
    const all = virtual.flatMap(({ repliesMs }) => repliesMs.get(device) ?? []);
    const sorted = all.sort((a, b) => a - b);
    limits.set(device, sorted[Math.floor(QUANTILE * sorted.length)] ?? Number.POSITIVE_INFINITY);
  }
  for (const { repliesMs } of live) {
    for (const [device, rtts] of repliesMs) {
      const limitMs = (limits.get(device) ?? Number.POSITIVE_INFINITY) + Math.max(0, addedMs);
      replies += rtts.length;
      spikes += rtts.filter((rttMs) => rttMs > limitMs).length;
    }
  }
  return spikes / Math.max(1, replies);
}
