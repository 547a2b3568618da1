import { asksForLongPoll } from "../longpoll/wishes";
import { type Resource, resource } from "../server/exchange";
import { negotiate } from "../server/negotiation";
import type { ThingTarget } from "../server/thing-target";
import { EVENT_STREAM_TYPE } from "../sse/streams";
import { poll, subscribe } from "./notifications";

/** GET subscribes: an event stream until the client goes, or a poll for the next event. */
export function eventResource(name: string): Resource<ThingTarget> {
  const affordance = { kind: "events", name } as const;
  return resource({
    GET: async (exchange, { gate, feeds }) => {
      const isPoll = asksForLongPoll(exchange.query);
      if (!isPoll) negotiate(exchange.request.headers.accept, [EVENT_STREAM_TYPE]);
      await gate.pass(exchange.request, "subscribeevent", affordance);
      await gate.endWithCredentials(exchange);
      await (isPoll ? poll : subscribe)(exchange, () => feeds.notifications("events", name));
    },
  });
}
