import type { Exchange } from "../server/exchange";
import { sendEmpty } from "../server/respond";
import { EVENT_STREAM_TYPE } from "../sse/streams";

/** Answers HEAD on an event stream, which has no end to wait for. False for any other method. */
export function streamHead({ request, response }: Exchange): boolean {
  if (request.method !== "HEAD") return false;
  sendEmpty(response, 200, ["Content-Type", EVENT_STREAM_TYPE, "Cache-Control", "no-store"]);
  return true;
}
