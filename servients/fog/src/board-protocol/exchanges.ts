import { type Clock, OverloadedError } from "@fogwot/core/base";
import { SEQUENCE_MODULUS } from "./constants";
import type { Message } from "./parser";

export type Reply = Extract<Message, { type: "reading" | "ack" | "error" }>;
export type Purpose = "read" | "set" | "keepAlive";

/** One request that waits for its reply. */
export interface Exchange {
  readonly purpose: Purpose;
  readonly sequence: number;
  /** Monotonic time of the first transmission; null while it waits its turn. */
  sentAtMs: number | null;
  /** A reply is in hand and being held back by the packet filter. */
  isAnswered: boolean;
  readonly onReply: (reply: Reply) => void;
  readonly onEnd: (error: Error | null) => void;
  /** Ends with the exchange: the time-out, and the next repetition. */
  readonly timers: Set<() => void>;
}

export interface ExchangeSpec {
  readonly purpose: Purpose;
  readonly timeoutMs: number;
  readonly timeoutError: () => Error;
  readonly onReply: Exchange["onReply"];
  /** Called once, however the exchange ends; null after `close`. */
  readonly onEnd: Exchange["onEnd"];
}

/** More waiting requests than any schedule makes: a bound, not a pace. */
const MAX_WAITING = 256;

/** Correlates replies with requests by sequence number; every exchange ends by itself. */
export class Exchanges {
  readonly #clock: Clock;
  readonly #deviceId: string;
  readonly #waiting = new Map<number, Exchange>();
  #next: number;

  /** @param firstSequence any integer ≥ 0, not that of an earlier driver process */
  constructor(deviceId: string, clock: Clock, firstSequence: number) {
    this.#deviceId = deviceId;
    this.#clock = clock;
    this.#next = firstSequence % SEQUENCE_MODULUS;
  }

  get isFull(): boolean {
    return this.#waiting.size >= MAX_WAITING;
  }

  /** @throws OverloadedError */
  open(spec: ExchangeSpec): Exchange {
    if (this.isFull) {
      throw new OverloadedError(`${MAX_WAITING} requests to ${this.#deviceId} wait already`);
    }
    while (this.#waiting.has(this.#next)) this.#next = (this.#next + 1) % SEQUENCE_MODULUS;
    const exchange: Exchange = {
      purpose: spec.purpose,
      sequence: this.#next,
      sentAtMs: null,
      isAnswered: false,
      onReply: spec.onReply,
      onEnd: spec.onEnd,
      timers: new Set(),
    };
    this.#next = (this.#next + 1) % SEQUENCE_MODULUS;
    this.#waiting.set(exchange.sequence, exchange);
    this.after(exchange, spec.timeoutMs, () => this.close(exchange, spec.timeoutError()));
    return exchange;
  }

  /** The exchange a reply belongs to; undefined for one that is late, repeated or foreign. */
  match(reply: Reply): Exchange | undefined {
    const exchange = this.#waiting.get(reply.sequence);
    if (!exchange || exchange.isAnswered || exchange.sentAtMs === null) return undefined;
    const wanted = exchange.purpose === "set" ? "ack" : "reading";
    return reply.type === "error" || reply.type === wanted ? exchange : undefined;
  }

  find(sequence: number): Exchange | undefined {
    return this.#waiting.get(sequence);
  }

  /** Runs `work` after `delayMs` unless the exchange has ended by then. */
  after(exchange: Exchange, delayMs: number, work: () => void): void {
    const cancel = this.#clock.schedule(delayMs, () => {
      exchange.timers.delete(cancel);
      work();
    });
    exchange.timers.add(cancel);
  }

  close(exchange: Exchange, error: Error | null): void {
    if (!this.#waiting.delete(exchange.sequence)) return;
    for (const cancel of exchange.timers) cancel();
    exchange.timers.clear();
    exchange.onEnd(error);
  }

  closeAll(error: Error): void {
    for (const exchange of [...this.#waiting.values()]) this.close(exchange, error);
  }
}
