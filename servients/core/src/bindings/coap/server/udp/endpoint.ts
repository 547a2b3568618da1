import type { Socket } from "node:dgram";
import type { Logger } from "../../../../log";
import type { Rng } from "../../../../random";
import type { Clock } from "../../../../time";
import {
  Code,
  codeClass,
  decodeMessage,
  encodeEmpty,
  encodeMessage,
  type Frame,
  type Message,
  MessageType,
  NO_BYTES,
  OptionNumber,
  type TransmissionParameters,
  uintOption,
} from "../../message";
import {
  type BindSettings,
  bindSocket,
  ConfirmableSender,
  type Delivery,
  MessageIds,
  type Remote,
} from "../../transport";
import { type Response, response } from "../exchange";
import { Replies } from "./replies";
import { UdpExchange, type UdpOutlet } from "./udp-exchange";
import { UdpPeer, type UdpSender } from "./udp-peer";

export interface UdpEndpointOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  readonly parameters: TransmissionParameters;
  /** Requests in work at a time; more get 5.03. */
  readonly maximumExchanges: number;
  /** Payload bytes of one datagram. */
  readonly blockSize: number;
  /** Takes one request; it must call `exchange.respond`, and never throw. */
  readonly onRequest: (exchange: UdpExchange) => void;
  /** A peer reset the non-confirmable message of this ID. */
  readonly onReset: (messageId: number, remote: Remote) => void;
}

/** What an endpoint has seen since it started. */
export interface EndpointCounters {
  datagrams: number;
  malformed: number;
  duplicates: number;
  refused: number;
  sendFailures: number;
}

const RETRY_AFTER_S = 1;

/** The server end of RFC 7252, section 4 on one UDP socket: no packet from outside makes it throw. */
export class UdpEndpoint implements UdpOutlet, UdpSender {
  readonly counters: EndpointCounters = {
    datagrams: 0,
    malformed: 0,
    duplicates: 0,
    refused: 0,
    sendFailures: 0,
  };
  readonly #options: UdpEndpointOptions;
  readonly #confirmables: ConfirmableSender;
  readonly #messageIds: MessageIds;
  readonly #exchanges = new Map<string, UdpExchange>();
  readonly #replies: Replies;
  readonly #onSent = (error: Error | null): void => {
    // A datagram that could not be sent is a datagram lost: retransmission deals with it.
    if (error) this.counters.sendFailures++;
  };
  #socket: Socket | undefined;

  constructor(options: UdpEndpointOptions) {
    this.#options = options;
    const { clock, rng, parameters } = options;
    this.#confirmables = new ConfirmableSender({
      clock,
      rng,
      parameters,
      send: (datagram, remote) => this.#send(datagram, remote),
    });
    this.#messageIds = new MessageIds(rng);
    this.#replies = new Replies(clock, parameters.exchangeLifetimeMs);
  }

  get blockSize(): number {
    return this.#options.blockSize;
  }

  /** -1 while closed. */
  get port(): number {
    return this.#socket?.address().port ?? -1;
  }

  /** Requests in work, and messages that wait for an ACK. */
  get pending(): { exchanges: number; confirmables: number; replies: number } {
    return {
      exchanges: this.#exchanges.size,
      confirmables: this.#confirmables.pending,
      replies: this.#replies.size,
    };
  }

  /** @throws InsecureBindError, PortInUseError */
  async open(settings: BindSettings): Promise<void> {
    const socket = await bindSocket(settings);
    this.#socket = socket;
    socket.on("message", (data, remote) => {
      try {
        this.#receive(data, remote);
      } catch (error) {
        // A fault of ours: it costs the packet that found it, never the process.
        this.#options.log.error({ err: error }, "CoAP datagram not handled");
      }
    });
    socket.on("error", (error) => {
      this.counters.sendFailures++;
      this.#options.log.warn({ error: error.message }, "CoAP socket error");
    });
  }

  /** Closes at once: what is in work stays unanswered. */
  async close(): Promise<void> {
    const socket = this.#socket;
    if (!socket) return;
    this.#socket = undefined;
    for (const exchange of this.#exchanges.values()) exchange.abandon();
    this.#exchanges.clear();
    this.#confirmables.cancelAll();
    this.#replies.clear();
    await new Promise<void>((resolve) => socket.close(resolve));
  }

  /** Sends a confirmable message of our own. @returns its message ID */
  confirm(frame: Frame, remote: Remote, onDelivery: (delivery: Delivery) => void): number {
    const messageId = this.#nextMessageId();
    const message = { type: MessageType.confirmable, messageId, ...frame };
    this.#confirmables.transmit(messageId, encodeMessage(message), remote, onDelivery);
    return messageId;
  }

  /** Sends a non-confirmable message of our own. @returns its message ID */
  notify(frame: Frame, remote: Remote): number {
    const messageId = this.#nextMessageId();
    this.#send(encodeMessage({ type: MessageType.nonConfirmable, messageId, ...frame }), remote);
    return messageId;
  }

  cancelDelivery(messageId: number): void {
    this.#confirmables.cancel(messageId);
  }

  acknowledge(exchange: UdpExchange, message: Message): void {
    const datagram = encodeMessage(message);
    this.#replies.remember(exchange, datagram);
    this.#send(datagram, exchange.peer.remote);
  }

  sendOwn(
    type: typeof MessageType.confirmable | typeof MessageType.nonConfirmable,
    exchange: UdpExchange,
    answer: Response,
    onReset: () => void,
  ): void {
    const content = { token: exchange.request.token, ...answer };
    if (type === MessageType.confirmable) {
      this.confirm(content, exchange.peer.remote, (delivery) => {
        if (delivery !== "acknowledged") onReset();
      });
      return;
    }
    this.notify(content, exchange.peer.remote);
    // Remembered without an answer: a repeated non-confirmable request is ignored (section 4.3).
    this.#replies.remember(exchange, NO_BYTES);
  }

  later(callback: () => void): () => void {
    return this.#options.clock.schedule(this.#options.parameters.piggybackMs, callback);
  }

  finished(exchange: UdpExchange): void {
    this.#exchanges.delete(exchange.key);
  }

  #nextMessageId(): number {
    return this.#messageIds.next((messageId) => this.#confirmables.has(messageId));
  }

  #receive(data: Buffer, remote: Remote): void {
    this.counters.datagrams++;
    const message = decodeMessage(data);
    if (!message) this.#refuseMalformed(data, remote);
    else if (codeClass(message.code) === 0 && message.code !== Code.empty) {
      this.#takeRequest(message, remote);
    } else this.#takeOther(message, remote);
  }

  #takeRequest(message: Message, remote: Remote): void {
    const isConfirmable = message.type === MessageType.confirmable;
    if (!isConfirmable && message.type !== MessageType.nonConfirmable) {
      this.counters.malformed++;
      return;
    }
    const peer = new UdpPeer(remote, this);
    const key = exchangeKey(message, peer);
    if (this.#isDuplicate(key, message, remote)) return;
    if (this.#exchanges.size >= this.#options.maximumExchanges) {
      this.#refuse(message, remote);
      return;
    }
    const exchange = new UdpExchange(key, message, peer, this);
    this.#exchanges.set(key, exchange);
    this.#options.onRequest(exchange);
  }

  #isDuplicate(key: string, message: Message, remote: Remote): boolean {
    const running = this.#exchanges.get(key);
    const reply = this.#replies.find(key);
    if (!running && !reply) return false;
    this.counters.duplicates++;
    if (message.type !== MessageType.confirmable) return true;
    if (reply) this.#send(reply, remote);
    return true;
  }

  /** Too much in work: 5.03 keeps no state, so a repetition is a fresh try. */
  #refuse(message: Message, remote: Remote): void {
    this.counters.refused++;
    const isConfirmable = message.type === MessageType.confirmable;
    const answer = response(Code.serviceUnavailable, [
      uintOption(OptionNumber.maxAge, RETRY_AFTER_S),
    ]);
    const datagram = encodeMessage({
      type: isConfirmable ? MessageType.acknowledgement : MessageType.nonConfirmable,
      messageId: isConfirmable ? message.messageId : this.#nextMessageId(),
      token: message.token,
      ...answer,
    });
    this.#send(datagram, remote);
  }

  #takeOther(message: Message, remote: Remote): void {
    const { type, messageId } = message;
    if (type === MessageType.acknowledgement) {
      this.#confirmables.settle(messageId, remote, "acknowledged");
    } else if (type === MessageType.reset) {
      const isOurs = this.#confirmables.settle(messageId, remote, "reset");
      if (!isOurs) this.#options.onReset(messageId, remote);
    } else if (type === MessageType.confirmable) {
      // A ping (section 4.3), or a response nobody here asked for.
      this.#send(encodeEmpty(MessageType.reset, messageId), remote);
    }
  }

  #refuseMalformed(data: Buffer, remote: Remote): void {
    this.counters.malformed++;
    // Section 4.2: a confirmable message that cannot be processed is rejected; others are ignored.
    const isConfirmable = data.length >= 4 && (data[0] as number) >> 4 === 0b0100;
    if (!isConfirmable) return;
    this.#send(encodeEmpty(MessageType.reset, data.readUInt16BE(2)), remote);
  }

  #send(datagram: Buffer, remote: Remote): void {
    // Port 0 and the like come from forged sources; dgram would throw on them.
    if (!this.#socket || remote.port < 1) return;
    this.#socket.send(datagram, remote.port, remote.address, this.#onSent);
  }
}

/**
 * The token belongs to the key although message IDs alone should do: a fast client runs through all
 * 65,536 of them within the exchange lifetime, and its new request must not get an old answer.
 */
function exchangeKey(message: Message, { key }: UdpPeer): string {
  return `${key} ${message.messageId} ${message.token.toString("latin1")}`;
}
