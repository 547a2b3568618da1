import { type Clock, DeviceFaultError, DeviceTimeoutError, type Link } from "@fogwot/core/base";
import { ERROR_TEXT } from "./constants";
import { type Exchange, Exchanges, type Reply } from "./exchanges";
import type { WireSetting } from "./parameters";
import type { Message, ReadingBody } from "./parser";
import { writeMessage } from "./writer";

export interface BoardRequestsOptions {
  readonly deviceId: string;
  readonly clock: Clock;
  readonly firstSequence: number;
  /** Sends one packet, or loses it; a radio that notices says so with `undelivered`. */
  readonly transmit: (packet: Buffer, sequence: number) => void;
  /** A set is repeated this often. @default 150 ms */
  readonly repeatMs?: number;
}

export interface Answer {
  readonly body: ReadingBody;
  readonly deviceRttMs: number;
}

/** Slower than a board on Wi-Fi answers, many times within a time-out. */
const REPEAT_MS = 150;

/** What is asked of one board: reads once, keep-alives once, sets one by one until acknowledged. */
export class BoardRequests {
  readonly #options: BoardRequestsOptions;
  readonly #exchanges: Exchanges;
  readonly #waitingSets: (() => void)[] = [];
  #isSetting = false;

  constructor(options: BoardRequestsOptions) {
    this.#options = options;
    this.#exchanges = new Exchanges(options.deviceId, options.clock, options.firstSequence);
  }

  /** @returns when the answered request was sent; undefined for a late, repeated or foreign reply */
  take(reply: Reply): { readonly sentAtMs: number } | undefined {
    const exchange = this.#exchanges.match(reply);
    if (!exchange || exchange.sentAtMs === null) return undefined;
    const { sentAtMs } = exchange;
    exchange.onReply(reply);
    return { sentAtMs };
  }

  /** The radio gave a packet up: what asks once has ended; a set is repeated all the same. */
  undelivered(sequence: number, error: Error): void {
    const exchange = this.#exchanges.find(sequence);
    if (exchange && exchange.purpose !== "set" && !exchange.isAnswered) {
      this.#exchanges.close(exchange, error);
    }
  }

  stop(error: Error): void {
    this.#waitingSets.length = 0;
    this.#exchanges.closeAll(error);
  }

  /** One attempt. @throws DeviceTimeoutError, DeviceFaultError, OverloadedError */
  read(timeoutMs: number, filter: Link): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const fate = filter.exchange();
      const exchange: Exchange = this.#exchanges.open({
        purpose: "read",
        timeoutMs,
        timeoutError: () => new DeviceTimeoutError(this.#options.deviceId, timeoutMs),
        onEnd: (error) => error && reject(error),
        onReply: (reply) =>
          this.#hold(exchange, fate.delayMs, (deviceRttMs) => {
            if (reply.type === "reading") resolve({ body: reply, deviceRttMs });
            else reject(this.#fault(reply));
          }),
      });
      this.#begin(exchange);
      if (!fate.lost) this.#send({ type: "query", sequence: exchange.sequence });
    });
  }

  /** A keep-alive, past every filter. Dropped where the board's queue is full: it is busy enough. */
  probe(timeoutMs: number, onReading: (body: ReadingBody) => void): void {
    if (this.#exchanges.isFull) return;
    const exchange: Exchange = this.#exchanges.open({
      purpose: "keepAlive",
      timeoutMs,
      timeoutError: () => new DeviceTimeoutError(this.#options.deviceId, timeoutMs),
      onEnd: () => undefined,
      onReply: (reply) => {
        this.#exchanges.close(exchange, null);
        if (reply.type === "reading") onReading(reply);
      },
    });
    this.#begin(exchange);
    this.#send({ type: "query", sequence: exchange.sequence });
  }

  /**
   * Repeated with one sequence number until acknowledged; the time-out covers the wait for the
   * sets before it. The round trip counts from the first transmission.
   */
  set(setting: WireSetting, timeoutMs: number, filter: Link | null): Promise<number> {
    return new Promise((resolve, reject) => {
      let delayMs = 0;
      const exchange: Exchange = this.#exchanges.open({
        purpose: "set",
        timeoutMs,
        timeoutError: () => new DeviceTimeoutError(this.#options.deviceId, timeoutMs),
        onEnd: (error) => {
          this.#leaveQueue(begin);
          if (error) reject(error);
        },
        onReply: (reply) =>
          this.#hold(exchange, delayMs, (deviceRttMs) => {
            if (reply.type === "ack") resolve(deviceRttMs);
            else reject(this.#fault(reply));
          }),
      });
      const attempt = (): void => {
        if (exchange.isAnswered) return;
        const fate = filter?.exchange();
        delayMs = fate?.delayMs ?? 0;
        if (!fate?.lost) this.#send({ type: "set", sequence: exchange.sequence, ...setting });
        this.#exchanges.after(exchange, this.#options.repeatMs ?? REPEAT_MS, attempt);
      };
      const begin = (): void => {
        this.#begin(exchange);
        attempt();
      };
      this.#waitingSets.push(begin);
      if (!this.#isSetting) this.#nextSet();
    });
  }

  #leaveQueue(begin: () => void): void {
    const at = this.#waitingSets.indexOf(begin);
    if (at >= 0) this.#waitingSets.splice(at, 1);
    else this.#nextSet();
  }

  #nextSet(): void {
    const begin = this.#waitingSets.shift();
    this.#isSetting = begin !== undefined;
    begin?.();
  }

  #begin(exchange: Exchange): void {
    exchange.sentAtMs = this.#options.clock.monotonicMs();
  }

  /** Ends an answered exchange, after the filter's delay where there is one. */
  #hold(exchange: Exchange, delayMs: number, finish: (deviceRttMs: number) => void): void {
    exchange.isAnswered = true;
    const end = (): void => {
      const deviceRttMs = this.#options.clock.monotonicMs() - (exchange.sentAtMs ?? 0);
      this.#exchanges.close(exchange, null);
      finish(deviceRttMs);
    };
    if (delayMs > 0) this.#exchanges.after(exchange, delayMs, end);
    else end();
  }

  #fault(reply: Reply): DeviceFaultError {
    const code = reply.type === "error" ? reply.code : 0;
    const text = ERROR_TEXT[code] ?? `error code ${code}`;
    return new DeviceFaultError(this.#options.deviceId, text, { details: { code } });
  }

  #send(message: Message): void {
    this.#options.transmit(writeMessage(message), message.sequence);
  }
}
