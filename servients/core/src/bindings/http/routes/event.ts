import { type Resource, resource } from "../server/exchange";
import { negotiate } from "../server/negotiation";
import type { Channel } from "../sse/channel";
import { EVENT_STREAM_TYPE } from "../sse/streams";
import { streamHead } from "./stream-head";

/** GET subscribes: an event stream until the client goes. */
export function eventResource(channel: Channel): Resource {
  return resource({
    GET: async (exchange) => {
      negotiate(exchange.request.headers.accept, [EVENT_STREAM_TYPE]);
      if (!streamHead(exchange)) await channel.subscribe(exchange);
    },
  });
}
