import type { RunTrack, Window } from "./run-track";

/**
 * Sum of round-trip times over number of replies: slots without a reply add nothing. NaN only for
 * a window without any reply, which no average may take in.
 */
export function rttOf({ rttSumMs, replies }: RunTrack, window: Window): number {
  return sum(rttSumMs, window) / sum(replies, window);
}

/** Replies over requests; NaN for a window without a request. */
export function pdrOf({ replies, requests }: RunTrack, window: Window): number {
  return sum(replies, window) / sum(requests, window);
}

/** Energy per slot, mJ. */
export function energyOf({ energyMj }: RunTrack, window: Window): number {
  return sum(energyMj, window) / (window.to - window.from + 1);
}

/** Share of the window's slots that asked each device, by device index. */
export function utilisationOf({ picks, m, devices }: RunTrack, window: Window): Float64Array {
  const share = new Float64Array(devices.length);
  const slots = window.to - window.from + 1;
  for (let at = (window.from - 1) * m; at < window.to * m; at++) {
    const device = picks[at] as number;
    if (device >= 0) share[device] = (share[device] as number) + 1 / slots;
  }
  return share;
}

/**
 * Mean age of information, in slots: how old a device's last reading is, averaged over devices and
 * slots. A device never heard is as old as the run.
 */
export function ageOf({ picks, ok, m, devices }: RunTrack, window: Window): number {
  const heard = new Int32Array(devices.length);
  // Σ over devices of the slot last heard: the ages of a slot then cost no pass over all devices.
  let heardSum = 0;
  let total = 0;
  for (let slot = 1; slot <= window.to; slot++) {
    for (let pick = (slot - 1) * m; pick < slot * m; pick++) {
      const device = picks[pick] as number;
      if (device < 0 || ok[pick] !== 1) continue;
      heardSum += slot - (heard[device] as number);
      heard[device] = slot;
    }
    if (slot >= window.from) total += slot - heardSum / devices.length;
  }
  return total / (window.to - window.from + 1);
}

/** Columns whose ratio over a trailing window is watched: RTT over replies, replies over requests. */
export interface RatioColumns {
  readonly above: ArrayLike<number>;
  readonly below: ArrayLike<number>;
}

export const rttColumns = ({ rttSumMs, replies }: RunTrack): RatioColumns => ({
  above: rttSumMs,
  below: replies,
});

export const pdrColumns = ({ replies, requests }: RunTrack): RatioColumns => ({
  above: replies,
  below: requests,
});

export interface ConvergenceOptions {
  /** Slots of the trailing window. */
  readonly trailing: number;
  /** The value to come near. */
  readonly plateau: number;
  /** Share of the plateau that counts as near. @default 0.05 */
  readonly tolerance?: number;
  /** Slots it must stay near, this one included. @default 1 */
  readonly hold?: number;
}

/**
 * First slot whose trailing value is near the plateau and stays there; null when none is. Not
 * before the first full window, so a run with `trailing: 100` never converges before slot 100.
 */
export function convergenceSlot(
  { above, below }: RatioColumns,
  { trailing, plateau, tolerance = 0.05, hold = 1 }: ConvergenceOptions,
): number | null {
  let upper = 0;
  let lower = 0;
  let held = 0;
  for (let at = 0; at < above.length; at++) {
    upper += above[at] as number;
    lower += below[at] as number;
    if (at >= trailing) {
      upper -= above[at - trailing] as number;
      lower -= below[at - trailing] as number;
    }
    if (at < trailing - 1) continue;
    // A window without a reply has no value: it is not near.
    const isNear = lower > 0 && Math.abs(upper / lower - plateau) <= tolerance * plateau;
    held = isNear ? held + 1 : 0;
    if (held >= hold) return at + 2 - hold;
  }
  return null;
}

export function sum(values: ArrayLike<number>, { from, to }: Window): number {
  let total = 0;
  for (let at = from - 1; at < to; at++) total += values[at] as number;
  return total;
}
