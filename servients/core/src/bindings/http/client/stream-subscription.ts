import {
  type FogwotError,
  InteractionError,
  toFogwotError,
  UnreachableError,
} from "../../../errors";
import type { InteractionLimits } from "../../limits";
import { EventStreamParser, type ServerSentEvent } from "../sse/parser";
import { EVENT_STREAM_TYPE } from "../sse/streams";
import { refuseFailure } from "./answer";
import { FIRST_RETRY_MS, isFinal, retryWaitMs } from "./retry";
import type { OpenAnswer, Transport } from "./transport";

export interface StreamSubscriptionOptions {
  readonly href: string;
  readonly headers: Record<string, string>;
  readonly secretQuery: Readonly<Record<string, string>>;
  /** Whether the headers carry no credentials. */
  readonly isAnonymous: boolean;
  readonly transport: Transport;
  readonly maxEventCharacters: number;
  readonly onEvent: (event: ServerSentEvent) => void;
  /** The stream broke (it will be opened again), or the Thing refused (it will not). */
  readonly onError: (error: FogwotError) => void;
  /** Nothing more will come. */
  readonly onEnd: () => void;
}

/**
 * A subscription by server-sent events that survives lost connections: it opens the stream again
 * with `Last-Event-ID`, waiting longer each time, until it is closed or the Thing refuses.
 */
export class StreamSubscription {
  readonly #options: StreamSubscriptionOptions;
  #answer: OpenAnswer | undefined;
  #retrying: NodeJS.Timeout | undefined;
  #lastEventId = "";
  #retryMs = FIRST_RETRY_MS;
  #failures = 0;
  #closed = false;

  constructor(options: StreamSubscriptionOptions) {
    this.#options = options;
  }

  /**
   * Resolves when the Thing has accepted the subscription.
   * @param limits of the first opening @throws what refused it
   */
  async open(limits?: InteractionLimits): Promise<void> {
    try {
      await this.#connect(limits);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Idempotent; nothing is delivered afterwards. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#retrying);
    this.#answer?.abort();
    this.#answer = undefined;
  }

  async #connect({ signal, timeoutMs }: InteractionLimits = {}): Promise<void> {
    const { href, headers, secretQuery, transport, isAnonymous } = this.#options;
    const resume: Record<string, string> = this.#lastEventId
      ? { "Last-Event-ID": this.#lastEventId }
      : {};
    const answer = await transport.open({
      method: "GET",
      href,
      secretQuery,
      headers: { ...headers, Accept: EVENT_STREAM_TYPE, "Cache-Control": "no-cache", ...resume },
      isAnonymous,
      ...(signal ? { signal } : {}),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
    if (this.#closed) {
      answer.abort();
      return;
    }
    await this.#refuseOtherAnswers(answer);
    this.#answer = answer;
    this.#failures = 0;
    this.#read(answer);
  }

  async #refuseOtherAnswers(answer: OpenAnswer): Promise<void> {
    const { href, maxEventCharacters } = this.#options;
    const { headers } = answer.message;
    const isStream = headers["content-type"]?.startsWith(EVENT_STREAM_TYPE) ?? false;
    if (answer.status === 200 && isStream) return;
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of answer.message) {
      length += chunk.length;
      if (length > maxEventCharacters) break;
      chunks.push(chunk);
    }
    const { status } = answer;
    refuseFailure(href, { status, headers, body: Buffer.concat(chunks) });
    // WHATWG: with 204 the server says that there is nothing more to come back for.
    if (status === 204) throw new InteractionError(href, status, undefined);
    throw new InteractionError(href, 502, undefined, {
      cause: new UnreachableError(href, `${headers["content-type"]} is no event stream`),
    });
  }

  #read(answer: OpenAnswer): void {
    const parser = new EventStreamParser({
      lastEventId: this.#lastEventId,
      maximumCharacters: this.#options.maxEventCharacters,
      onOverflow: () => answer.abort(),
      onEvent: (event) => {
        this.#lastEventId = event.id;
        if (!this.#closed) this.#options.onEvent(event);
      },
    });
    let over = false;
    const ended = (reason: string): void => {
      if (over) return;
      over = true;
      this.#retryMs = parser.retryMs ?? this.#retryMs;
      this.#broken(new UnreachableError(this.#options.href, reason));
    };
    answer.message.on("data", (chunk: Buffer) => parser.push(chunk));
    answer.message.on("end", () => ended("the event stream ended"));
    answer.message.on("error", (error: NodeJS.ErrnoException) =>
      ended(error.code ?? error.message),
    );
    answer.message.on("close", () => ended("the event stream broke off"));
  }

  #broken(error: FogwotError): void {
    this.#answer = undefined;
    if (this.#closed) return;
    this.#options.onError(error);
    this.#retry();
  }

  #retry(): void {
    if (this.#closed) return;
    const waitMs = retryWaitMs(this.#retryMs, this.#failures++);
    this.#retrying = setTimeout(() => {
      this.#connect().catch((thrown: unknown) => this.#notConnected(toFogwotError(thrown)));
    }, waitMs);
  }

  #notConnected(error: FogwotError): void {
    if (this.#closed) return;
    this.#options.onError(error);
    if (!isFinal(error)) {
      this.#retry();
      return;
    }
    this.close();
    this.#options.onEnd();
  }
}
