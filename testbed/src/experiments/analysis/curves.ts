import type { LinePoint } from "../report/line-figure";
import type { RunTrack, Window } from "./run-track";
import { meanInterval } from "./statistics";

/**
 * A metric over time: its mean over the runs in consecutive windows, with the 95 % interval of that
 * mean. A window without a reply in one run is left out of that run, not counted as 0.
 * A point stands at the end of its window.
 */
export function windowCurve(
  tracks: readonly RunTrack[],
  windows: readonly Window[],
  metric: (track: RunTrack, window: Window) => number,
): LinePoint[] {
  const slots = Math.min(...tracks.map((track) => track.slots));
  return windows
    .filter(({ to }) => to <= slots)
    .map((window) => {
      const { value, low, high } = meanInterval(tracks.map((track) => metric(track, window)));
      return { x: window.to, y: value, low, high };
    });
}

/** The same of one run, without a band. */
export function runCurve(
  track: RunTrack,
  windows: readonly Window[],
  metric: (track: RunTrack, window: Window) => number,
): LinePoint[] {
  return windows
    .filter(({ to }) => to <= track.slots)
    .map((window) => ({ x: window.to, y: metric(track, window) }));
}
