/**
 * Milliseconds since 1970, to a few microseconds. Two processes of one machine agree on it, which
 * makes the time from an event's emission to its arrival a difference of two of them.
 */
export function preciseNow(): number {
  return performance.timeOrigin + performance.now();
}
