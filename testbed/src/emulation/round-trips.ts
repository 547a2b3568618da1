import type { Clock, Exchange, Link } from "@fogwot/core";
import { replySequence, requestSequence } from "./board-frame";

/** More than any driver has under way; the oldest is forgotten, as a lost one would be. */
const UNDERWAY_LIMIT = 256;

/**
 * The two ways of one link. Delay and loss of a request and its reply are drawn once, for the whole
 * round trip; half of the delay passes before the board hears the request. A push is drawn for its
 * one way.
 */
export class RoundTrips {
  readonly #link: Link;
  readonly #clock: Clock;
  /** Sequence number of a request → monotonic time at which its reply reaches the driver. */
  readonly #dueMs = new Map<number, number>();

  constructor(link: Link, clock: Clock) {
    this.#link = link;
    this.#clock = clock;
  }

  /** Takes a frame towards the board, if it is not lost. @returns what the link did to it */
  request(frame: Buffer, forward: () => void): Exchange {
    const exchange = this.#link.exchange();
    const { lost, delayMs } = exchange;
    if (lost) return exchange;
    const sequence = requestSequence(frame);
    if (sequence !== undefined) {
      this.#dueMs.delete(sequence);
      this.#dueMs.set(sequence, this.#clock.monotonicMs() + delayMs);
      if (this.#dueMs.size > UNDERWAY_LIMIT) this.#forgetOldest();
    }
    // A link without delay adds no timer: a timer of 0 ms would take at least one.
    if (delayMs === 0) forward();
    else this.#link.later(delayMs / 2, forward);
    return exchange;
  }

  /** Takes a frame towards the driver: a reply when its round trip is over. */
  reply(frame: Buffer, deliver: () => void): void {
    const sequence = replySequence(frame);
    const dueMs = sequence === undefined ? undefined : this.#dueMs.get(sequence);
    if (sequence === undefined || dueMs === undefined) {
      this.#link.send(frame, deliver);
      return;
    }
    this.#dueMs.delete(sequence);
    const remainingMs = dueMs - this.#clock.monotonicMs();
    if (remainingMs <= 0) deliver();
    else this.#link.later(remainingMs, deliver);
  }

  #forgetOldest(): void {
    const first = this.#dueMs.keys().next().value;
    if (first !== undefined) this.#dueMs.delete(first);
  }
}
