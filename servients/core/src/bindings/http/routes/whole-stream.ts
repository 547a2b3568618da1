import { type Exchange, type Resource, resource } from "../server/exchange";
import { negotiate } from "../server/negotiation";
import type { ThingTarget } from "../server/thing-target";
import { EVENT_STREAM_TYPE } from "../sse/streams";
import { streamHead } from "./stream-head";

/** What is done with each affordance of such a stream. */
const SINGLE_OPS = {
  observeallproperties: { kind: "properties", single: "observeproperty" },
  subscribeallevents: { kind: "events", single: "subscribeevent" },
} as const;

export async function subscribeAll(
  exchange: Exchange,
  op: keyof typeof SINGLE_OPS,
  { gate, feeds }: ThingTarget,
): Promise<void> {
  const { request } = exchange;
  const { kind, single } = SINGLE_OPS[op];
  const names = feeds.notifying(kind);
  await gate.pass(request, op);
  const permitted = await gate.permitted(request, single, kind, names);
  if (streamHead(exchange)) return;
  await gate.endWithCredentials(exchange);
  const isAll = permitted.length === names.length;
  await feeds
    .wholeChannel(kind)
    .subscribe(exchange, isAll ? {} : { affordances: new Set(permitted) });
}

/** GET subscribes to every event of the Thing. */
export const allEventsResource: Resource<ThingTarget> = resource({
  GET: async (exchange, target) => {
    negotiate(exchange.request.headers.accept, [EVENT_STREAM_TYPE]);
    await subscribeAll(exchange, "subscribeallevents", target);
  },
});
