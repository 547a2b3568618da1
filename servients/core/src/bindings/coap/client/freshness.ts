/** After this long a notification is fresh whatever its number (RFC 7641, section 3.4). */
const REORDER_WINDOW_MS = 128_000;
const HALF_RANGE = 0x800000;
const SEQUENCES = 0x1000000;

/** Tells new notifications from repeated and overtaken ones by the Observe option. */
export class Freshness {
  #last: { sequence: number; atMs: number } | undefined;
  #missed = 0;

  /** Numbers between those taken: notifications that a server which counts by one has not sent. */
  get missed(): number {
    return this.#missed;
  }

  /** Whether a notification is newer than the newest before it; if so it becomes the newest. */
  take(sequence: number, nowMs: number): boolean {
    const last = this.#last;
    const isNewer =
      !last ||
      (last.sequence < sequence && sequence - last.sequence < HALF_RANGE) ||
      (last.sequence > sequence && last.sequence - sequence > HALF_RANGE) ||
      nowMs - last.atMs > REORDER_WINDOW_MS;
    if (!isNewer) return false;
    const gap = last ? (sequence - last.sequence - 1 + SEQUENCES) % SEQUENCES : 0;
    if (gap < HALF_RANGE) this.#missed += gap;
    this.#last = { sequence, atMs: nowMs };
    return true;
  }
}
