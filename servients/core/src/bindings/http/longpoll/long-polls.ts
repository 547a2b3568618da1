import type { ServerResponse } from "node:http";
import { NotFoundError } from "../../../errors";
import type { Notification } from "../../feed";
import type { NotificationLog } from "../notifications/log";
import type { Exchange } from "../server/exchange";
import { isGone, type RawHeaders, sendEmpty, sendPayload } from "../server/respond";
import type { Streams } from "../sse/streams";
import { Lanes } from "./lanes";
import { cursorOf, LONG_POLL_QUERY, type WaitWish, waitMsOf } from "./wishes";

/**
 * One affordance's notifications by long poll: a GET waits for the next one and carries it, 204
 * says that none came in time. The `Link` of each answer names the poll that goes on after it, so
 * that none is lost in between; a client that sends no cursor is recognised where it can be.
 */
export class LongPolls {
  readonly #log: NotificationLog;
  readonly #streams: Streams;
  readonly #timeoutMs: number;
  readonly #keepAliveMs: number;
  readonly #lanes = new Lanes();
  readonly #waiting = new Map<ServerResponse, (refusal: Error) => void>();

  constructor(
    log: NotificationLog,
    streams: Streams,
    limits: { readonly longPollTimeoutMs: number; readonly keepAliveCommentMs: number },
  ) {
    this.#log = log;
    this.#streams = streams;
    this.#timeoutMs = limits.longPollTimeoutMs;
    this.#keepAliveMs = limits.keepAliveCommentMs;
    log.onReleased(() => this.#lanes.clear());
  }

  /** HEAD: notifications from now on are kept for the poll that follows. */
  async greet({ request, response }: Exchange): Promise<void> {
    await this.#log.open();
    if (this.#log.closed) throw gone();
    const { isPlain, applied } = waitMsOf(request, this.#timeoutMs);
    if (isPlain) this.#lanes.begin(request, this.#log.lastSequence);
    const headers = this.#headers(this.#log.lastSequence, applied);
    sendEmpty(response, 200, ["Content-Type", "application/json", ...headers]);
  }

  /**
   * GET: answers with the notification after the client's last one, as soon as there is one.
   * @throws OverloadedError, NotFoundError when the Thing goes meanwhile, or what the Thing's
   *   subscribe handler throws
   */
  async poll({ request, response, query }: Exchange): Promise<void> {
    await this.#log.open();
    if (response.destroyed) return;
    if (this.#log.closed) throw gone();
    const wish = waitMsOf(request, this.#timeoutMs);
    const cursor = cursorOf(request, query);
    const latest = this.#log.lastSequence;
    if (cursor !== undefined || !wish.isPlain) {
      await this.#answer(response, this.#log.sequenceOf(cursor ?? "") ?? latest, wish);
      return;
    }
    const lane = this.#lanes.take(request, latest);
    let reached: number | undefined;
    try {
      reached = await this.#answer(response, lane.sequence, wish);
    } finally {
      if (reached === undefined) this.#lanes.drop(request, lane);
      else this.#lanes.answered(request, lane, reached);
    }
  }

  /** @returns how far the client has got now; undefined when it went away */
  async #answer(
    response: ServerResponse,
    after: number,
    { waitMs, applied }: WaitWish,
  ): Promise<number | undefined> {
    const next = this.#log.firstAfter(after) ?? (await this.#wait(response, waitMs));
    if (isGone(response)) return undefined;
    const sequence = next?.sequence ?? after;
    const headers = this.#headers(sequence, applied);
    if (next) sendPayload(response, 200, next, headers);
    else sendEmpty(response, 204, headers);
    return sequence;
  }

  /**
   * Ends every poll.
   * @param thingIsGone refuses them with 404; else their connections break, and they come again
   */
  close(thingIsGone: boolean): void {
    for (const [response, refuse] of [...this.#waiting]) {
      if (thingIsGone) refuse(gone());
      else response.destroy();
    }
  }

  /** @returns undefined when the time is over or the client has gone */
  #wait(response: ServerResponse, waitMs: number): Promise<Notification | undefined> {
    this.#streams.admit();
    // The socket is quiet on purpose; the operating system finds out whether the peer is there.
    response.socket?.setTimeout(0).setKeepAlive(true, this.#keepAliveMs);
    return new Promise((resolve, reject) => {
      const settle = <T>(settled: (value: T) => void): ((value: T) => void) => {
        return (value) => {
          clearTimeout(timer);
          stopListening();
          stopCounting();
          this.#waiting.delete(response);
          response.off("close", onClose);
          settled(value);
        };
      };
      const answer = settle<Notification | undefined>(resolve);
      const refuse = settle<Error>(reject);
      const onClose = (): void => answer(undefined);
      const timer = setTimeout(onClose, waitMs);
      const stopListening = this.#log.listen(answer);
      const stopCounting = this.#streams.countPoll();
      this.#waiting.set(response, refuse);
      response.on("close", onClose);
    });
  }

  #headers(sequence: number, applied: RawHeaders): RawHeaders {
    const next = `<?${LONG_POLL_QUERY}&after=${this.#log.idOf(sequence)}>; rel="next"`;
    return ["Cache-Control", "no-store", "Link", next, ...applied];
  }
}

function gone(): NotFoundError {
  return new NotFoundError("the Thing");
}
