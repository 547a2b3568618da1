import { isAsynchronous, startAction, statusOf } from "../../../actions";
import { invokeAction } from "../../../interaction";
import { encode, JSON_TYPE } from "../../../payload";
import { Code, type Option, OptionNumber } from "../../message";
import { response } from "../exchange";
import { inputType, negotiate, type RoutedRequest } from "../request";
import { indexOf } from "../thing-entry";
import type { AffordanceRoute } from "../things";
import { hrefOf } from "./invocations";
import { interactionOf, notAllowed, type Outcome, represent } from "./represent";

/**
 * POST invokes. It is answered when the handler is done: 2.04 with the result as payload; where the
 * action is asynchronous, at once: 2.01 with where to ask what came of it.
 */
export async function answerAction(
  { entry, name }: AffordanceRoute,
  request: RoutedRequest,
  types: readonly string[],
): Promise<Outcome> {
  const { thing } = entry;
  request.gate.pass(thing.id, "invokeaction", "actions", name);
  if (request.code !== Code.post) throw notAllowed(request, `action ${name}`);
  const { invoke } = entry.forms("actions", name);
  const { options, payload } = request;
  const given = payload.length > 0 ? inputType(options, types) : JSON_TYPE;
  // Before the handler runs, afterwards it would be too late to refuse. Who has no preference gets
  // the type he sends: that is the form he uses.
  const wanted = negotiate(options, given === JSON_TYPE ? types : [...new Set([given, ...types])]);
  const isAsync = isAsynchronous(thing, name);
  const formIndex = indexOf(invoke, isAsync ? JSON_TYPE : wanted);
  const interaction = interactionOf(thing, request, formIndex, thing.actions[name]);
  const input = { type: given, body: payload };
  if (isAsync) {
    const invocation = startAction(thing, name, input, interaction);
    const status = encode(statusOf(invocation, hrefOf(entry, request)(invocation)), wanted);
    const location = [...options.path, invocation.id].map(
      (segment): Option => ({ number: OptionNumber.locationPath, value: Buffer.from(segment) }),
    );
    return { response: represent(Code.created, status, location) };
  }
  const output = await invokeAction(thing, name, input, interaction);
  return { response: output ? represent(Code.changed, output) : response(Code.changed) };
}
