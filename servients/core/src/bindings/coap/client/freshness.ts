/** After this long a notification is fresh whatever its number (RFC 7641, section 3.4). */
const REORDER_WINDOW_MS = 128_000;
const HALF_RANGE = 0x800000;

/** Tells new notifications from repeated and overtaken ones by the Observe option. */
export class Freshness {
  #last: { sequence: number; atMs: number } | undefined;

  /** Whether a notification is newer than the newest before it; if so it becomes the newest. */
  take(sequence: number, nowMs: number): boolean {
    const last = this.#last;
    const isNewer =
      !last ||
      (last.sequence < sequence && sequence - last.sequence < HALF_RANGE) ||
      (last.sequence > sequence && last.sequence - sequence > HALF_RANGE) ||
      nowMs - last.atMs > REORDER_WINDOW_MS;
    if (isNewer) this.#last = { sequence, atMs: nowMs };
    return isNewer;
  }
}
