import { TokenBuckets } from "../../security/token-buckets";
import type { Clock } from "../../time";
import { EVENT_BURST, EVENT_TICK_MS } from "./constants";
import type { Publication } from "./outbox";

export interface EventPacerOptions {
  readonly clock: Clock;
  /** Events per second, once a burst has used up what goes at once. */
  readonly perSecond: number;
  readonly maxQueued: number;
  /** Whether the broker keeps so little for a subscriber that bursts have to be spread. */
  readonly isNeeded: () => boolean;
  readonly publish: (publication: Publication) => void;
}

/**
 * Spreads bursts of events, where a broker would drop what it cannot pass on at once.
 *
 * A broker acknowledges a message when it has it, not when a subscriber has: QoS 1 holds back a
 * publisher that is faster than the broker, and nobody that is faster than a subscriber. mosquitto
 * keeps 1,000 messages for each by default and drops the rest. So a burst goes out at once as far as
 * it fits there, and at a rate that leaves a subscriber time from then on.
 */
export class EventPacer {
  readonly #options: EventPacerOptions;
  readonly #waiting: Publication[] = [];
  readonly #bucket: TokenBuckets;
  #cancel: (() => void) | undefined;
  #dropped = 0;

  constructor(options: EventPacerOptions) {
    const { perSecond, clock } = options;
    this.#options = options;
    this.#bucket = new TokenBuckets({ perSecond, burst: EVENT_BURST, clock });
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Events that were too many to wait. */
  get dropped(): number {
    return this.#dropped;
  }

  publish(event: Publication): void {
    if (this.#waiting.length === 0 && this.#take()) {
      this.#options.publish(event);
      return;
    }
    this.#waiting.push(event);
    if (this.#waiting.length > this.#options.maxQueued) {
      this.#waiting.shift();
      this.#dropped++;
    }
    this.#cancel ??= this.#options.clock.schedule(EVENT_TICK_MS, () => this.#release());
  }

  /** Hands on everything that waits, in its order. */
  flush(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    for (const event of this.#waiting.splice(0)) this.#options.publish(event);
  }

  #release(): void {
    this.#cancel = undefined;
    let count = 0;
    while (count < this.#waiting.length && this.#take()) count++;
    for (const event of this.#waiting.splice(0, count)) this.#options.publish(event);
    if (this.#waiting.length === 0) return;
    this.#cancel = this.#options.clock.schedule(EVENT_TICK_MS, () => this.#release());
  }

  #take(): boolean {
    return !this.#options.isNeeded() || this.#bucket.take("events") === 0;
  }
}
