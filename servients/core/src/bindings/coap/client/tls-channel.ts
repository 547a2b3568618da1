import { randomBytes } from "node:crypto";
import type { TLSSocket } from "node:tls";
import { UnreachableError } from "../../../errors";
import type { Clock } from "../../../time";
import { blockSizeWithin, Code, codeClass, type Frame, NO_BYTES } from "../message";
import { CoapConnection, type ConnectionEnd, roomOf, takesBert } from "../stream";
import {
  type Channel,
  type ChannelFailure,
  type Conversation,
  type ConversationHandler,
  Operations,
  type Upload,
} from "./channel";

export interface TlsChannelOptions {
  readonly href: string;
  readonly socket: TLSSocket;
  readonly clock: Clock;
  readonly maximumMessageBytes: number;
  readonly idleMs: number;
  readonly patienceMs: number;
}

const BLOCK_BYTES = 1_024;

/** A connection to one server (RFC 8323), for all requests with the same credentials. */
export class TlsChannel implements Channel {
  readonly isOrdered = true;
  readonly pending = 0;
  readonly #socket: TLSSocket;
  readonly #connection: CoapConnection;
  readonly #conversations = new Map<string, ConversationHandler>();
  readonly #operations = new Operations();
  readonly #tokenPrefix = randomBytes(4);
  #tokens = 0;
  #isReleased = false;
  #onReady: () => void = () => undefined;
  #onLost: (end: ConnectionEnd) => void = (end) =>
    this.#fail(end === "own" ? "closed" : "disconnected");

  private constructor(options: TlsChannelOptions) {
    const { socket, clock, maximumMessageBytes, idleMs, patienceMs } = options;
    this.#socket = socket;
    this.#connection = new CoapConnection({
      socket,
      clock,
      own: { maximumMessageBytes, isBlockWise: true },
      idleMs,
      patienceMs,
      maximumUnsentBytes: Number.POSITIVE_INFINITY,
      onFrame: (frame) => this.#take(frame),
      onReady: () => this.#onReady(),
      isNeeded: () => true,
      onRelease: () => {
        this.#isReleased = true;
      },
      onEnd: (end) => this.#onLost(end),
    });
  }

  /** Resolves when the server has said what it takes. @throws UnreachableError */
  static async open(options: TlsChannelOptions): Promise<TlsChannel> {
    const channel = new TlsChannel(options);
    const onLost = channel.#onLost;
    await new Promise<void>((resolve, reject) => {
      channel.#onReady = resolve;
      channel.#onLost = () =>
        reject(new UnreachableError(options.href, "the server ended the connection"));
      channel.#connection.open();
    });
    channel.#onReady = () => undefined;
    channel.#onLost = onLost;
    channel.#rest();
    return channel;
  }

  get isIdle(): boolean {
    return this.#conversations.size === 0;
  }

  get isExhausted(): boolean {
    return this.#isReleased || this.#connection.hasEnded;
  }

  converse(handler: ConversationHandler): Conversation {
    const token = Buffer.allocUnsafe(8);
    token.set(this.#tokenPrefix);
    token.writeUInt32BE(this.#tokens++ >>> 0, 4);
    const key = token.toString("latin1");
    if (this.isIdle) this.#wake();
    this.#conversations.set(key, handler);
    return {
      channel: this,
      send: ({ code, options, payload }) => {
        if (this.#connection.hasEnded) handler.onFailure("disconnected");
        else this.#connection.send({ code, token, options, payload });
      },
      close: () => {
        if (this.#conversations.delete(key) && this.isIdle) this.#rest();
      },
    };
  }

  enter(operation: string): ReturnType<Operations["enter"]> {
    return this.#operations.enter(operation);
  }

  uploadOf(blockSize: number | undefined): Upload {
    const { peer } = this.#connection;
    const room = roomOf(peer);
    if (!peer.isBlockWise)
      return { wholeBytes: Infinity, block: { size: BLOCK_BYTES }, partBytes: 0 };
    if (blockSize === undefined && takesBert(peer)) {
      const block = { size: BLOCK_BYTES, isBert: true } as const;
      return { wholeBytes: room, block, partBytes: room - (room % BLOCK_BYTES) };
    }
    const size = Math.min(blockSize ?? BLOCK_BYTES, blockSizeWithin(room));
    return { wholeBytes: blockSize ?? room, block: { size }, partBytes: size };
  }

  close(): void {
    this.#connection.close();
  }

  #take(frame: Frame): void {
    if (codeClass(frame.code) < 2) {
      // We serve nothing.
      const refusal = { token: frame.token, options: [], payload: NO_BYTES };
      this.#connection.send({ code: Code.notImplemented, ...refusal });
      return;
    }
    this.#conversations.get(frame.token.toString("latin1"))?.onResponse(frame);
  }

  /** A channel that nobody waits on keeps no process alive, and needs no sign of life. */
  #rest(): void {
    this.#socket.unref();
    this.#connection.stopWatching();
  }

  #wake(): void {
    this.#socket.ref();
    this.#connection.watch();
  }

  #fail(failure: ChannelFailure): void {
    for (const handler of [...this.#conversations.values()]) handler.onFailure(failure);
  }
}
