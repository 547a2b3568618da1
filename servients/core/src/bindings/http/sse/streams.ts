import type { ServerResponse } from "node:http";
import { OverloadedError } from "../../../errors";
import type { HttpSettings } from "../options";
import { commonHeadersOf } from "../server/respond";
import { COMMENT, retryFrame } from "./frame";

/** One open event stream. */
export interface StreamSubscriber {
  write(frame: Buffer): void;
  close(): void;
}

/** How long an EventSource is asked to wait before it connects again. */
const RETRY_MS = 500;

/**
 * Every open event stream of one server: admission, keep-alive comments, slow readers, the end.
 * Requests that wait for a notification count as well: both hold a connection.
 */
export class Streams {
  readonly #settings: HttpSettings;
  readonly #open = new Set<StreamSubscriber & { comment(): void }>();
  #comments: NodeJS.Timeout | undefined;
  #polls = 0;
  /** Streams closed because their reader was too slow. */
  dropped = 0;

  constructor(settings: HttpSettings) {
    this.#settings = settings;
  }

  get size(): number {
    return this.#open.size + this.#polls;
  }

  /** @throws OverloadedError */
  admit(): void {
    const { maxSubscribers } = this.#settings;
    if (this.size < maxSubscribers) return;
    throw new OverloadedError(`${maxSubscribers} subscribers are waiting already`, {
      details: { maxSubscribers },
    });
  }

  /** Counts a request that waits; the result, called once, ends that. */
  countPoll(): () => void {
    this.#polls++;
    return () => {
      this.#polls--;
    };
  }

  /** @param onClose called once, whoever ended the stream */
  open(response: ServerResponse, onClose: () => void): StreamSubscriber {
    response.writeHead(200, [...STREAM_HEADERS, ...commonHeadersOf(response)]);
    response.socket?.setKeepAlive(true, this.#settings.keepAliveCommentMs);
    response.write(retryFrame(RETRY_MS));
    const subscriber = {
      write: (frame: Buffer) => this.#write(response, frame),
      comment: () => this.#write(response, COMMENT),
      close: () => {
        response.end();
      },
    };
    this.#open.add(subscriber);
    this.#comments ??= this.#startComments();
    response.on("close", () => {
      this.#open.delete(subscriber);
      if (this.#open.size === 0) this.#stopComments();
      onClose();
    });
    return subscriber;
  }

  close(): void {
    for (const subscriber of this.#open) subscriber.close();
    this.#stopComments();
  }

  #write(response: ServerResponse, frame: Buffer): void {
    if (response.writableEnded || response.destroyed) return;
    if (response.writableLength > this.#settings.maxQueuedBytes) {
      // The reader may come back with Last-Event-ID; waiting for it would cost memory without end.
      this.dropped++;
      response.destroy();
      return;
    }
    response.write(frame);
  }

  #startComments(): NodeJS.Timeout {
    const timer = setInterval(() => {
      for (const subscriber of this.#open) subscriber.comment();
    }, this.#settings.keepAliveCommentMs);
    timer.unref();
    return timer;
  }

  #stopComments(): void {
    clearInterval(this.#comments);
    this.#comments = undefined;
  }
}

export const EVENT_STREAM_TYPE = "text/event-stream";

const STREAM_HEADERS = [
  "Content-Type",
  EVENT_STREAM_TYPE,
  "Cache-Control",
  "no-store",
  // nginx would hold small writes back.
  "X-Accel-Buffering",
  "no",
];
