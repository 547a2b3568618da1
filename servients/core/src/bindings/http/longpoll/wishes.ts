import type { IncomingMessage } from "node:http";
import type { RawHeaders } from "../server/respond";

/** Query of every long-poll form; the cursor follows as `after`. */
export const LONG_POLL_QUERY = "subprotocol=longpoll";

export function asksForLongPoll(query: string): boolean {
  return query === LONG_POLL_QUERY || query.startsWith(`${LONG_POLL_QUERY}&`);
}

/** The id of the last notification a client has got, as the Link of an answer or SSE named it. */
export function cursorOf(request: IncomingMessage, query: string): string | undefined {
  const after = new URLSearchParams(query).get("after");
  if (after !== null) return after;
  const header = request.headers["last-event-id"];
  return typeof header === "string" ? header : undefined;
}

/** How long a client wants to wait. */
export interface WaitWish {
  readonly waitMs: number;
  /** What to tell it of its wish. */
  readonly applied: RawHeaders;
  /** It wishes nothing: a client that knows no preferences, and perhaps no cursor either. */
  readonly isPlain: boolean;
}

/**
 * `Prefer: wait=<seconds>`, but never longer than the server allows.
 * @see RFC 7240, section 4.3
 */
export function waitMsOf(request: IncomingMessage, maximumMs: number): WaitWish {
  const wish = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,9})/i.exec(String(request.headers.prefer ?? ""));
  if (!wish) return { waitMs: maximumMs, applied: [], isPlain: true };
  const waitMs = Math.min(maximumMs, Number(wish[1]) * 1000);
  return {
    waitMs,
    applied: ["Preference-Applied", `wait=${Math.ceil(waitMs / 1000)}`],
    isPlain: false,
  };
}
