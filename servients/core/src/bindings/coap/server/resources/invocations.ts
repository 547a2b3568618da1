import { NotFoundError } from "../../../../errors";
import { actionsOf, type Invocation, statusesOf, statusOf } from "../../../actions";
import { encode } from "../../../payload";
import { Code } from "../../message";
import { response } from "../exchange";
import { negotiate, type RoutedRequest } from "../request";
import type { ThingEntry } from "../thing-entry";
import type { InvocationRoute } from "../things";
import { notAllowed, type Outcome, represent, STALE_AT_ONCE } from "./represent";

/** What one invocation has come to: GET queries it, POST or DELETE cancels it. */
export function answerInvocation(
  { entry, name, id }: InvocationRoute,
  request: RoutedRequest,
  types: readonly string[],
): Outcome {
  const { gate, options, code } = request;
  const { thing } = entry;
  const registry = actionsOf(thing);
  switch (code) {
    case Code.get: {
      gate.pass(thing.id, "queryaction", "actions", name);
      const type = negotiate(options, types);
      const status = statusOf(
        registry.find(name, id),
        hrefOf(entry, request)({ action: name, id }),
      );
      return { response: represent(Code.content, encode(status, type), STALE_AT_ONCE) };
    }
    case Code.post:
    case Code.delete:
      gate.pass(thing.id, "cancelaction", "actions", name);
      registry.cancel(name, id);
      return { response: response(code === Code.delete ? Code.deleted : Code.changed) };
    default:
      throw notAllowed(request, `invocation ${id}`);
  }
}

/** What every invocation has come to, by action, newest first. */
export function answerInvocations(
  entry: ThingEntry,
  request: RoutedRequest,
  types: readonly string[],
): Outcome {
  const { gate, options, code } = request;
  const { thing } = entry;
  gate.pass(thing.id, "queryallactions");
  const { asynchronousActions } = entry;
  if (asynchronousActions.length === 0) throw new NotFoundError(`${entry.path}/actions`);
  if (code !== Code.get) throw notAllowed(request, "the list of invocations");
  const type = negotiate(options, types);
  const permitted = asynchronousActions.filter((name) =>
    gate.permits(thing.id, "queryaction", "actions", name),
  );
  const byAction = statusesOf(thing, permitted, hrefOf(entry, request));
  return { response: represent(Code.content, encode(byAction, type), STALE_AT_ONCE) };
}

/** Where this binding answers for invocations, by the way the client came. */
export function hrefOf(entry: ThingEntry, { exchange }: RoutedRequest) {
  const base = `${entry.urlFor(exchange.peer.transport)}/actions`;
  return ({ action, id }: Pick<Invocation, "action" | "id">): string =>
    `${base}/${encodeURIComponent(action)}/${id}`;
}
