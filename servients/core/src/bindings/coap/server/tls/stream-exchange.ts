import type { Frame } from "../../message";
import type { Exchange, Response } from "../exchange";
import type { TlsPeer } from "./tls-peer";

/** One request and its one response on a connection, which delivers both or neither. */
export class StreamExchange implements Exchange {
  readonly request: Frame;
  readonly peer: TlsPeer;
  readonly isConfirmable = true;
  #onAnswered: (() => void) | undefined;

  constructor(request: Frame, peer: TlsPeer, onAnswered: () => void) {
    this.request = request;
    this.peer = peer;
    this.#onAnswered = onAnswered;
  }

  respond(answer: Response): void {
    const onAnswered = this.#onAnswered;
    if (!onAnswered) return;
    this.#onAnswered = undefined;
    this.peer.notify({ token: this.request.token, ...answer });
    onAnswered();
  }

  /** Ends without an answer: the connection has ended. */
  abandon(): void {
    this.#onAnswered = undefined;
  }
}
