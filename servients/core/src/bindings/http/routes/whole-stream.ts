import { type Exchange, type Resource, resource } from "../server/exchange";
import type { AffordanceRef, Gate } from "../server/gate";
import { negotiate } from "../server/negotiation";
import type { Channel } from "../sse/channel";
import { EVENT_STREAM_TYPE } from "../sse/streams";
import { streamHead } from "./stream-head";

/** One event stream of several affordances of a Thing, each event named by its affordance. */
export interface WholeStream {
  /** Made when it is asked for first. */
  readonly channel: () => Channel;
  readonly kind: AffordanceRef["kind"];
  readonly names: readonly string[];
  readonly gate: Gate;
}

/** What is done with each affordance of such a stream. */
const SINGLE_OPS = {
  observeallproperties: "observeproperty",
  subscribeallevents: "subscribeevent",
} as const;

export async function subscribeAll(
  exchange: Exchange,
  op: keyof typeof SINGLE_OPS,
  { channel, kind, names, gate }: WholeStream,
): Promise<void> {
  const { request } = exchange;
  await gate.pass(request, op);
  const permitted = await gate.permitted(request, SINGLE_OPS[op], kind, names);
  if (streamHead(exchange)) return;
  await gate.endWithCredentials(exchange);
  const isAll = permitted.length === names.length;
  await channel().subscribe(exchange, isAll ? {} : { affordances: new Set(permitted) });
}

/** GET subscribes to every event of the Thing. */
export function allEventsResource(stream: WholeStream): Resource {
  return resource({
    GET: async (exchange) => {
      negotiate(exchange.request.headers.accept, [EVENT_STREAM_TYPE]);
      await subscribeAll(exchange, "subscribeallevents", stream);
    },
  });
}
