import {
  type FogwotError,
  InteractionError,
  InteractionTimeoutError,
  toFogwotError,
} from "../../../errors";
import { abortable, type InteractionLimits } from "../../limits";
import { refuseFailure } from "./answer";
import { FIRST_RETRY_MS, isFinal, retryWaitMs } from "./retry";
import type { HttpAnswer, Transport } from "./transport";

export interface PollSubscriptionOptions {
  readonly href: string;
  readonly headers: Record<string, string>;
  readonly secretQuery: Readonly<Record<string, string>>;
  /** Whether the headers carry no credentials. */
  readonly isAnonymous: boolean;
  readonly transport: Transport;
  readonly onNotification: (answer: HttpAnswer) => void;
  /** A poll failed (there will be another), or the Thing refused (there will be none). */
  readonly onError: (error: FogwotError) => void;
  /** Nothing more will come. */
  readonly onEnd: () => void;
}

/** How long each poll asks to wait: shorter than what proxies and firewalls put up with. */
const WAIT_SECONDS = 25;
/** A server that takes no wishes may hold a poll as long as it likes; node-wot's does for an hour. */
const LONGEST_POLL_MS = 3_660_000;
/** HEAD is a handshake; a server that has no HEAD is asked by the first poll. */
const NO_HEAD = new Set([405, 501]);
/** Nothing happened in time. */
const NOTHING_YET = new Set([204, 408]);

/**
 * A subscription by long poll: each answer carries one notification and names the next poll
 * (`Link: rel="next"`), so that none is lost in between where the server says so; any other server
 * is polled at the same URL again.
 */
export class PollSubscription {
  readonly #options: PollSubscriptionOptions;
  readonly #abort = new AbortController();
  #next: string;
  #pollTimeoutMs = LONGEST_POLL_MS;
  #retrying: NodeJS.Timeout | undefined;
  #failures = 0;

  constructor(options: PollSubscriptionOptions) {
    this.#options = options;
    this.#next = options.href;
  }

  /** Resolves when the Thing has accepted the subscription. @throws what refused it */
  async open({ signal, timeoutMs }: InteractionLimits = {}): Promise<void> {
    const { href, transport } = this.#options;
    const head = {
      ...this.#request(),
      method: "HEAD",
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    };
    const ask = () => transport.exchange(head);
    const answer = await abortable(href, signal, ask, () => this.close());
    if (!NO_HEAD.has(answer.status)) refuseFailure(href, answer);
    if (this.#closed) return;
    this.#follow(answer);
    // A server that takes the wish answers within it, and the usual time of a request.
    if (answer.headers["preference-applied"]?.includes("wait")) {
      this.#pollTimeoutMs = WAIT_SECONDS * 1000 + transport.timeoutMs;
    }
    this.#poll();
  }

  /** Idempotent; nothing is delivered afterwards. */
  close(): void {
    clearTimeout(this.#retrying);
    this.#abort.abort();
  }

  get #closed(): boolean {
    return this.#abort.signal.aborted;
  }

  #poll(): void {
    const request = { ...this.#request(), timeoutMs: this.#pollTimeoutMs };
    this.#options.transport.exchange(request).then(
      (answer) => this.#take(answer),
      (thrown: unknown) => this.#failed(toFogwotError(thrown)),
    );
  }

  #take(answer: HttpAnswer): void {
    if (this.#closed) return;
    try {
      if (!NOTHING_YET.has(answer.status)) refuseFailure(this.#options.href, answer);
    } catch (error) {
      this.#failed(toFogwotError(error));
      return;
    }
    this.#follow(answer);
    this.#failures = 0;
    if (answer.status === 408) {
      this.#again();
      return;
    }
    if (answer.status === 200) this.#deliver(answer);
    if (!this.#closed) this.#poll();
  }

  /** A consumer's fault must not end its subscription. */
  #deliver(answer: HttpAnswer): void {
    try {
      this.#options.onNotification(answer);
    } catch (thrown) {
      this.#options.onError(toFogwotError(thrown));
    }
  }

  #failed(error: FogwotError): void {
    if (this.#closed) return;
    // Nobody promised a notification within the wait.
    const isQuiet = error instanceof InteractionTimeoutError || isGatewayTimeout(error);
    if (!isQuiet) this.#options.onError(error);
    if (!isFinal(error)) {
      this.#again();
      return;
    }
    this.close();
    this.#options.onEnd();
  }

  #again(): void {
    if (this.#closed) return;
    const waitMs = retryWaitMs(FIRST_RETRY_MS, this.#failures++);
    this.#retrying = setTimeout(() => this.#poll(), waitMs);
  }

  #request() {
    const { headers, secretQuery, isAnonymous } = this.#options;
    return {
      secretQuery,
      method: "GET",
      isAnonymous,
      href: this.#next,
      headers: { ...headers, "Cache-Control": "no-cache", Prefer: `wait=${WAIT_SECONDS}` },
      signal: this.#abort.signal,
    };
  }

  #follow({ headers }: HttpAnswer): void {
    const next = nextLink(String(headers.link ?? ""));
    if (next === undefined || !URL.canParse(next, this.#next)) return;
    const url = new URL(next, this.#next);
    // The credentials are for the origin that the form names, and for no other.
    if (url.origin === new URL(this.#next).origin) this.#next = url.href;
  }
}

/** A proxy gave up on a poll the server was still holding. */
function isGatewayTimeout(error: FogwotError): boolean {
  return error instanceof InteractionError && error.status === 504;
}

/** @see RFC 8288 */
function nextLink(link: string): string | undefined {
  return /<([^>]*)>\s*(?:;[^,]*)?;\s*rel="?next"?/i.exec(link)?.[1];
}
