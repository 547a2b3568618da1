import type { TLSSocket } from "node:tls";
import type { Clock } from "../../../../time";
import { Code, type Frame, OptionNumber, uintOption } from "../../message";
import { CoapConnection } from "../../stream";
import { response } from "../exchange";
import { StreamExchange } from "./stream-exchange";
import { TlsPeer } from "./tls-peer";

export interface TlsClientOptions {
  readonly socket: TLSSocket;
  readonly identity: string;
  readonly key: string;
  readonly clock: Clock;
  readonly maximumMessageBytes: number;
  readonly idleMs: number;
  readonly patienceMs: number;
  readonly maximumUnsentBytes: number;
  /** @see ConnectionOptions.hold */
  readonly hold: (changeBytes: number) => boolean;
  /** Requests of this client in work at a time; more get 5.03. */
  readonly maximumExchanges: number;
  /** @returns whether the server as a whole can take one more; `onAnswered` follows then */
  readonly beginRequest: () => boolean;
  readonly endRequest: () => void;
  readonly onRequest: (exchange: StreamExchange) => void;
  readonly onRefused: () => void;
  readonly onMalformed: () => void;
  /** Whether the client observes anything. */
  readonly isObserving: (peer: TlsPeer) => boolean;
  readonly onEnd: (client: TlsClient) => void;
}

const RETRY_AFTER_S = 1;

/** One connected client: its requests, as they come. */
export class TlsClient {
  readonly peer: TlsPeer;
  readonly #options: TlsClientOptions;
  readonly #connection: CoapConnection;
  readonly #exchanges = new Set<StreamExchange>();
  #isReleased = false;

  constructor(options: TlsClientOptions) {
    const { socket, clock, idleMs, patienceMs, maximumMessageBytes, maximumUnsentBytes } = options;
    this.#options = options;
    const address = socket.remoteAddress ?? "";
    this.peer = new TlsPeer(options.key, address, options.identity, () => this.#connection);
    this.#connection = new CoapConnection({
      socket,
      clock,
      own: { maximumMessageBytes, isBlockWise: true },
      idleMs,
      patienceMs,
      maximumUnsentBytes,
      hold: options.hold,
      onFrame: (frame) => this.#take(frame),
      isNeeded: () => this.#exchanges.size > 0 || options.isObserving(this.peer),
      onRelease: () => {
        this.#isReleased = true;
        this.#closeIfDone();
      },
      onEnd: (end) => {
        if (end === "faulty") options.onMalformed();
        for (const exchange of [...this.#exchanges]) this.#forget(exchange);
        options.onEnd(this);
      },
    });
  }

  open(): void {
    this.#connection.open();
  }

  close(): void {
    this.#connection.close();
  }

  /** Ends with a reason. */
  refuse(reason: string): void {
    this.#connection.abort(reason);
  }

  #take(frame: Frame): void {
    if (frame.code >> 5 !== 0) {
      // A response nobody here asked for.
      this.#options.onMalformed();
    } else if (this.#isBusy() || !this.#options.beginRequest()) this.#refuseRequest(frame);
    else {
      const exchange = new StreamExchange(frame, this.peer, () => {
        this.#forget(exchange);
        this.#closeIfDone();
      });
      this.#exchanges.add(exchange);
      this.#options.onRequest(exchange);
    }
  }

  #isBusy(): boolean {
    const { maximumExchanges, maximumUnsentBytes } = this.#options;
    const { unsentBytes } = this.#connection;
    return this.#exchanges.size >= maximumExchanges || unsentBytes > maximumUnsentBytes;
  }

  #forget(exchange: StreamExchange): void {
    if (!this.#exchanges.delete(exchange)) return;
    exchange.abandon();
    this.#options.endRequest();
  }

  #refuseRequest({ token }: Frame): void {
    this.#options.onRefused();
    const answer = response(Code.serviceUnavailable, [
      uintOption(OptionNumber.maxAge, RETRY_AFTER_S),
    ]);
    this.#connection.send({ token, ...answer });
  }

  /** A client that wants to go gets its answers first. */
  #closeIfDone(): void {
    if (this.#isReleased && this.#exchanges.size === 0) this.#connection.close();
  }
}
