import { NotFoundError, OperationNotAllowedError } from "../../../../errors";
import { decode, encode, JSON_TYPE, type Payload } from "../../../payload";
import { Code, NO_BYTES } from "../../message";
import { response } from "../exchange";
import { negotiate, type RoutedRequest } from "../request";
import type { FeedKind, ThingEntry } from "../thing-entry";
import { isDeregistration, isRegistration, type Observing } from "./observing";
import { notAllowed, type Outcome } from "./represent";

const OPS = {
  properties: { whole: "observeallproperties", single: "observeproperty" },
  events: { whole: "subscribeallevents", single: "subscribeevent" },
} as const;

/**
 * GET with Observe subscribes to every event, or observes every property, of a Thing. A notification
 * says which it is of: `{"name": "reading", "data": 21.5}`, without `data` where there is none.
 */
export async function answerWholeFeed(
  entry: ThingEntry,
  kind: FeedKind,
  request: RoutedRequest,
  types: readonly string[],
  observing: Observing,
): Promise<Outcome> {
  const { exchange, gate, options } = request;
  const { id } = entry.thing;
  const { whole, single } = OPS[kind];
  if (isDeregistration(options)) observing.deregister(exchange);
  gate.pass(id, whole);
  if (request.code !== Code.get) throw notAllowed(request, `all ${kind}`);
  if (entry.notifying(kind).length === 0) throw new NotFoundError(`${entry.path}/${kind}`);
  if (isDeregistration(options)) return { response: response(Code.content) };
  if (!isRegistration(options)) {
    throw new OperationNotAllowedError("GET without Observe", `all ${kind}`);
  }
  const type = negotiate(options, types);
  const permitted = new Set(
    entry.notifying(kind).filter((name) => gate.permits(id, single, kind, name)),
  );
  return observing.register(request, {
    entry,
    resource: `${kind} ${type}`,
    keepsNewestOnly: kind === "properties",
    subscribe: (offer) =>
      entry.wholeFeed(kind).subscribe((notification) => {
        const { affordance = "" } = notification;
        if (permitted.has(affordance)) offer(named(affordance, notification, type), affordance);
      }),
    state: async () => ({ type: JSON_TYPE, body: NO_BYTES }),
  });
}

/** @param notification in JSON */
function named(name: string, { body }: Payload, type: string): Payload {
  if (type === JSON_TYPE) {
    const data = body.length > 0 ? `,"data":${body.toString("utf8")}` : "";
    return { type, body: Buffer.from(`{"name":${JSON.stringify(name)}${data}}`) };
  }
  const data = decode({ type: JSON_TYPE, body }, {});
  return encode(data === undefined ? { name } : { name, data }, type);
}
