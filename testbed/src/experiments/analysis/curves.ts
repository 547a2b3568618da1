import type { LinePoint } from "../report/line-figure";
import { type RunTrack, type Window, windowsOf } from "./run-track";
import { meanInterval } from "./statistics";

/**
 * A metric over time: its mean over the runs in consecutive windows, with the 95 % interval of that
 * mean. A window without a reply in one run is left out of that run, not counted as 0.
 * @param windowSlots a point stands at the end of its window
 */
export function windowCurve(
  tracks: readonly RunTrack[],
  windowSlots: number,
  metric: (track: RunTrack, window: Window) => number,
): LinePoint[] {
  const slots = Math.min(...tracks.map((track) => track.slots));
  return windowsOf(slots, windowSlots).map((window) => {
    const { value, low, high } = meanInterval(tracks.map((track) => metric(track, window)));
    return { x: window.to, y: value, low, high };
  });
}

/** The same of one run, without a band. */
export function runCurve(
  track: RunTrack,
  windowSlots: number,
  metric: (track: RunTrack, window: Window) => number,
): LinePoint[] {
  return windowsOf(track.slots, windowSlots).map((window) => ({
    x: window.to,
    y: metric(track, window),
  }));
}
