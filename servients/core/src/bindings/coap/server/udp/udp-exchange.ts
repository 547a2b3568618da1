import { Code, type Message, MessageType, NO_BYTES } from "../../message";
import type { Exchange, Response } from "../exchange";
import type { UdpPeer } from "./udp-peer";

/** How an exchange gets its datagrams out; the endpoint is one. */
export interface UdpOutlet {
  /** Sends the ACK of a confirmable request, and keeps it for duplicates of the request. */
  acknowledge(exchange: UdpExchange, message: Message): void;
  /** Sends a message of its own. `onReset` tells that the peer does not want it. */
  sendOwn(
    type: typeof MessageType.confirmable | typeof MessageType.nonConfirmable,
    exchange: UdpExchange,
    response: Response,
    onReset: () => void,
  ): void;
  /** Schedules; the result cancels. */
  later(callback: () => void): () => void;
  finished(exchange: UdpExchange): void;
}

/**
 * One request and its one response: piggybacked on the ACK where the resource answers at once,
 * separate where it takes longer (RFC 7252, sections 5.2.1 to 5.2.3).
 */
export class UdpExchange implements Exchange {
  readonly key: string;
  readonly request: Message;
  readonly peer: UdpPeer;
  readonly #outlet: UdpOutlet;
  readonly #cancelAcknowledgement: () => void;
  #state: "open" | "acknowledged" | "answered" = "open";

  constructor(key: string, request: Message, peer: UdpPeer, outlet: UdpOutlet) {
    this.key = key;
    this.request = request;
    this.peer = peer;
    this.#outlet = outlet;
    this.#cancelAcknowledgement = this.isConfirmable
      ? outlet.later(() => this.#acknowledge())
      : () => undefined;
  }

  get isConfirmable(): boolean {
    return this.request.type === MessageType.confirmable;
  }

  /** The empty ACK went out, the response is still due. */
  get isAcknowledged(): boolean {
    return this.#state === "acknowledged";
  }

  respond(answer: Response, onReset: () => void = () => undefined): void {
    const state = this.#state;
    if (state === "answered") return;
    this.#state = "answered";
    this.#cancelAcknowledgement();
    const { request } = this;
    if (!this.isConfirmable) {
      this.#outlet.sendOwn(MessageType.nonConfirmable, this, answer, onReset);
    } else if (state === "acknowledged") {
      this.#outlet.sendOwn(MessageType.confirmable, this, answer, onReset);
    } else {
      this.#outlet.acknowledge(this, {
        type: MessageType.acknowledgement,
        messageId: request.messageId,
        token: request.token,
        ...answer,
      });
    }
    this.#outlet.finished(this);
  }

  /** Ends without an answer: the endpoint closes. */
  abandon(): void {
    this.#state = "answered";
    this.#cancelAcknowledgement();
  }

  #acknowledge(): void {
    this.#state = "acknowledged";
    this.#outlet.acknowledge(this, {
      type: MessageType.acknowledgement,
      code: Code.empty,
      messageId: this.request.messageId,
      token: NO_BYTES,
      options: [],
      payload: NO_BYTES,
    });
  }
}
