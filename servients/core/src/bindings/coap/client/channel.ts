import type { Block, Frame } from "../message";

/** Why no response can come any more. */
export type ChannelFailure = "refused" | "reset" | "unacknowledged" | "disconnected" | "closed";

export interface ConversationHandler {
  /** A response with the conversation's token. */
  onResponse(message: Frame): void;
  onFailure(failure: ChannelFailure): void;
}

export interface OutgoingRequest extends Omit<Frame, "token"> {
  /** Over UDP only: a connection confirms everything. */
  readonly isConfirmable: boolean;
}

/** One token in use: a request and its response, or an observation. */
export interface Conversation {
  readonly channel: Channel;
  send(request: OutgoingRequest): void;
  /** Forgets the token; a notification that still comes is reset. Idempotent. */
  close(): void;
}

/** How a payload goes to a server. */
export interface Upload {
  /** One of at most so many bytes goes in one message. */
  readonly wholeBytes: number;
  /** A larger one goes in blocks of this kind. */
  readonly block: Pick<Block, "size" | "isBert">;
  /** Bytes of one message then: several blocks where it is BERT. */
  readonly partBytes: number;
}

/** The way to one server, for all the requests of a client to it. */
export interface Channel {
  /** Messages arrive in the order they were sent. */
  readonly isOrdered: boolean;
  /** No conversation is open. */
  readonly isIdle: boolean;
  /** It is to be replaced by another for the next request. */
  readonly isExhausted: boolean;
  /** Retransmission timers that run. */
  readonly pending: number;
  converse(handler: ConversationHandler): Conversation;
  /** Marks an operation as under way; `isFirst` where no equal one is. */
  enter(operation: string): { isFirst: boolean; leave: () => void };
  /** @param blockSize what the form says; undefined leaves it to the channel */
  uploadOf(blockSize: number | undefined): Upload;
  /** Ends every conversation. Idempotent. */
  close(): void;
}

/** Operations under way, by what they are about. */
export class Operations {
  readonly #counts = new Map<string, number>();

  /** Marks one as under way; `isFirst` where no equal one is. */
  enter(operation: string): { isFirst: boolean; leave: () => void } {
    const before = this.#counts.get(operation) ?? 0;
    this.#counts.set(operation, before + 1);
    return {
      isFirst: before === 0,
      leave: () => {
        const left = (this.#counts.get(operation) ?? 1) - 1;
        if (left === 0) this.#counts.delete(operation);
        else this.#counts.set(operation, left);
      },
    };
  }
}
