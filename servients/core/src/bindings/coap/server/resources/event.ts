import { OperationNotAllowedError } from "../../../../errors";
import { JSON_TYPE } from "../../../payload";
import { Code, NO_BYTES } from "../../message";
import { response } from "../exchange";
import { negotiate, type RoutedRequest } from "../request";
import type { AffordanceRoute } from "../things";
import { isDeregistration, isRegistration, type Observing } from "./observing";
import { notAllowed, type Outcome } from "./represent";

/** GET with Observe subscribes: an event has no state to read. */
export async function answerEvent(
  { entry, name }: AffordanceRoute,
  request: RoutedRequest,
  types: readonly string[],
  observing: Observing,
): Promise<Outcome> {
  const { exchange, gate, options } = request;
  if (isDeregistration(options)) observing.deregister(exchange);
  gate.pass(entry.thing.id, "subscribeevent", "events", name);
  if (request.code !== Code.get) throw notAllowed(request, `event ${name}`);
  entry.forms("events", name);
  if (isDeregistration(options)) return { response: response(Code.content) };
  if (!isRegistration(options)) {
    throw new OperationNotAllowedError("GET without Observe", `event ${name}`);
  }
  const type = negotiate(options, types);
  return observing.register(request, {
    entry,
    resource: `events/${name} ${type}`,
    keepsNewestOnly: false,
    subscribe: (offer) =>
      entry.feed("events", name, type).subscribe((notification) => offer(notification, name)),
    state: async () => ({ type: JSON_TYPE, body: NO_BYTES }),
  });
}
