import { readProperty, writeProperty } from "../../../interaction";
import type { Payload } from "../../../payload";
import { Code } from "../../message";
import { response } from "../exchange";
import { inputType, negotiate, type RoutedRequest } from "../request";
import { indexOf } from "../thing-entry";
import type { AffordanceRoute } from "../things";
import { isDeregistration, isRegistration, type Observing } from "./observing";
import { interactionOf, notAllowed, type Outcome, represent, STALE_AT_ONCE } from "./represent";

/** GET reads, or observes where that is asked for and possible; PUT writes. */
export async function answerProperty(
  route: AffordanceRoute,
  request: RoutedRequest,
  types: readonly string[],
  observing: Observing,
): Promise<Outcome> {
  switch (request.code) {
    case Code.get:
      return readOrObserve(route, request, types, observing);
    case Code.put:
      return write(route, request, types);
    default:
      throw notAllowed(request, `property ${route.name}`);
  }
}

async function readOrObserve(
  route: AffordanceRoute,
  request: RoutedRequest,
  types: readonly string[],
  observing: Observing,
): Promise<Outcome> {
  const { entry, name } = route;
  const { gate, options } = request;
  if (isDeregistration(options)) observing.deregister(request.exchange);
  // Observe on what cannot be observed is a plain read (RFC 7641, section 4.1).
  const observes = isRegistration(options) && entry.notifying("properties").includes(name);
  const op = observes ? "observeproperty" : "readproperty";
  gate.pass(entry.thing.id, op, "properties", name);
  entry.forms("properties", name);
  const type = negotiate(options, types);
  const read = (): Promise<Payload> => readAs(route, request, type);
  if (!observes) return { response: represent(Code.content, await read(), STALE_AT_ONCE) };
  return observing.register(request, {
    entry,
    resource: `properties/${name} ${type}`,
    // What a property was is of no use to who can have what it is.
    keepsNewestOnly: true,
    subscribe: (offer) =>
      entry.feed("properties", name, type).subscribe((notification) => offer(notification, name)),
    state: read,
  });
}

function readAs({ entry, name }: AffordanceRoute, request: RoutedRequest, type: string) {
  const { thing } = entry;
  const formIndex = indexOf(entry.forms("properties", name).read, type);
  const interaction = interactionOf(thing, request, formIndex, thing.properties[name]);
  return readProperty(thing, name, interaction);
}

async function write(
  { entry, name }: AffordanceRoute,
  request: RoutedRequest,
  types: readonly string[],
): Promise<Outcome> {
  const { thing } = entry;
  request.gate.pass(thing.id, "writeproperty", "properties", name);
  const forms = entry.forms("properties", name);
  const input = { type: inputType(request.options, types), body: request.payload };
  const target = interactionOf(thing, request, forms.write, thing.properties[name]);
  await writeProperty(thing, name, input, target);
  return { response: response(Code.changed) };
}
