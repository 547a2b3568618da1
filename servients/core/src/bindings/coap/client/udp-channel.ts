import { randomBytes } from "node:crypto";
import type { Socket } from "node:dgram";
import type { Rng } from "../../../random";
import type { Clock } from "../../../time";
import {
  Code,
  codeClass,
  decodeMessage,
  encodeEmpty,
  encodeMessage,
  type Message,
  MessageType,
  type TransmissionParameters,
} from "../message";
import { ConfirmableSender, connectSocket, MessageIds, type Remote } from "../transport";
import {
  type Channel,
  type ChannelFailure,
  type Conversation,
  type ConversationHandler,
  Operations,
  type OutgoingRequest,
  type Upload,
} from "./channel";

const LARGEST_BLOCK_BYTES = 1_024;

export interface UdpChannelOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly parameters: TransmissionParameters;
  /** Message IDs must not repeat within the exchange lifetime: a channel is replaced before. */
  readonly maximumMessages: number;
}

/** The client end of RFC 7252, section 4: one socket, connected to one server, for all its requests. */
export class UdpChannel implements Channel {
  readonly isOrdered = false;
  readonly remote: Remote;
  readonly #socket: Socket;
  readonly #maximumMessages: number;
  readonly #confirmables: ConfirmableSender;
  readonly #messageIds: MessageIds;
  readonly #tokenPrefix = randomBytes(4);
  readonly #conversations = new Map<string, ConversationHandler>();
  /** Tokens of non-confirmable requests by message ID: a peer may reset them. */
  readonly #nonConfirmables = new Map<number, string>();
  readonly #operations = new Operations();
  #tokens = 0;
  #sent = 0;
  #isClosed = false;

  private constructor(remote: Remote, socket: Socket, options: UdpChannelOptions) {
    this.remote = remote;
    this.#socket = socket;
    this.#maximumMessages = options.maximumMessages;
    this.#messageIds = new MessageIds(options.rng);
    this.#confirmables = new ConfirmableSender({
      ...options,
      send: (datagram) => this.#send(datagram),
    });
  }

  static async open(remote: Remote, options: UdpChannelOptions): Promise<UdpChannel> {
    const socket = await connectSocket(remote.address, remote.port);
    const channel = new UdpChannel(remote, socket, options);
    socket.on("message", (data) => channel.#receive(data));
    socket.on("error", () => channel.#fail("refused"));
    // An idle channel keeps no process alive.
    socket.unref();
    return channel;
  }

  /** No conversation is open. */
  get isIdle(): boolean {
    return this.#conversations.size === 0;
  }

  get isExhausted(): boolean {
    return this.#isClosed || this.#sent >= this.#maximumMessages;
  }

  /** Retransmission timers that run. */
  get pending(): number {
    return this.#confirmables.pending;
  }

  converse(handler: ConversationHandler): Conversation {
    const token = this.#nextToken();
    const key = token.toString("latin1");
    let messageId: number | undefined;
    const forget = (): void => {
      if (messageId === undefined) return;
      this.#confirmables.cancel(messageId);
      this.#nonConfirmables.delete(messageId);
    };
    if (this.#conversations.size === 0) this.#socket.ref();
    this.#conversations.set(key, handler);
    return {
      channel: this,
      send: (request) => {
        forget();
        messageId = this.#sendRequest(key, token, request);
      },
      close: () => {
        forget();
        if (this.#conversations.delete(key) && this.#conversations.size === 0 && !this.#isClosed) {
          this.#socket.unref();
        }
      },
    };
  }

  enter(operation: string): ReturnType<Operations["enter"]> {
    return this.#operations.enter(operation);
  }

  uploadOf(blockSize: number | undefined): Upload {
    const size = blockSize ?? LARGEST_BLOCK_BYTES;
    return { wholeBytes: size, block: { size }, partBytes: size };
  }

  /** Ends every conversation. Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#confirmables.cancelAll();
    this.#fail("closed");
    this.#conversations.clear();
    this.#socket.close();
  }

  #nextToken(): Buffer {
    const token = Buffer.allocUnsafe(8);
    token.set(this.#tokenPrefix);
    token.writeUInt32BE(this.#tokens++ >>> 0, 4);
    return token;
  }

  #sendRequest(key: string, token: Buffer, request: OutgoingRequest): number {
    const { isConfirmable, ...content } = request;
    const messageId = this.#messageIds.next((id) => this.#confirmables.has(id));
    this.#sent++;
    if (isConfirmable) {
      const message = { type: MessageType.confirmable, messageId, token, ...content };
      this.#confirmables.transmit(messageId, encodeMessage(message), this.remote, (delivery) => {
        if (delivery === "reset") this.#conversations.get(key)?.onFailure("reset");
        if (delivery === "timeout") this.#conversations.get(key)?.onFailure("unacknowledged");
      });
    } else {
      this.#nonConfirmables.set(messageId, key);
      this.#send(encodeMessage({ type: MessageType.nonConfirmable, messageId, token, ...content }));
    }
    return messageId;
  }

  #receive(data: Buffer): void {
    const message = decodeMessage(data);
    if (!message) return;
    const { type, messageId } = message;
    if (type === MessageType.reset) {
      this.#takeReset(messageId);
    } else if (type === MessageType.acknowledgement) {
      this.#confirmables.settle(messageId, this.remote, "acknowledged");
      if (message.code !== Code.empty) this.#takeResponse(message);
    } else if (codeClass(message.code) >= 2 && this.#conversations.has(tokenKey(message))) {
      if (type === MessageType.confirmable) this.#answer(MessageType.acknowledgement, messageId);
      this.#takeResponse(message);
    } else {
      // A request, a ping, or a response or notification nobody waits for (section 4.2, RFC 7641 3.6).
      this.#answer(MessageType.reset, messageId);
    }
  }

  #takeReset(messageId: number): void {
    if (this.#confirmables.settle(messageId, this.remote, "reset")) return;
    const key = this.#nonConfirmables.get(messageId);
    if (key !== undefined) this.#conversations.get(key)?.onFailure("reset");
  }

  #takeResponse(message: Message): void {
    this.#conversations.get(tokenKey(message))?.onResponse(message);
  }

  #answer(
    type: typeof MessageType.acknowledgement | typeof MessageType.reset,
    messageId: number,
  ): void {
    this.#send(encodeEmpty(type, messageId));
  }

  #fail(failure: ChannelFailure): void {
    for (const handler of [...this.#conversations.values()]) handler.onFailure(failure);
  }

  #send(datagram: Buffer, isRetry = false): void {
    if (this.#isClosed && isRetry) return;
    this.#socket.send(datagram, (error) => {
      if (!error || this.#isClosed) return;
      // The system reports an earlier datagram's refusal here, and has not sent this one.
      if (!isRetry) this.#send(datagram, true);
      else this.#fail("refused");
    });
  }
}

function tokenKey(message: Message): string {
  return message.token.toString("latin1");
}
