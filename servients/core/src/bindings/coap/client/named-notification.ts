import type { Form } from "@node-wot/core";
import { InputError, InteractionError } from "../../../errors";
import { type AffordanceContent, decode, encode, toAffordanceContent } from "../../payload";
import type { Frame } from "../message";
import { responseType } from "./target";

const WHOLE_THING = new Set(["observeallproperties", "subscribeallevents"]);

/** Whether a form's notifications are of several affordances, and name theirs. */
export function isOfWholeThing(form: Form): boolean {
  return [form.op ?? []].flat().some((op) => WHOLE_THING.has(op));
}

/**
 * A notification of a whole Thing, `{"name": …, "data": …}`, as the value of what it names.
 * @throws InteractionError with status 502 when it is none
 */
export function namedContent(frame: Frame, form: Form): AffordanceContent {
  const type = responseType(frame, form);
  const { name, data } = membersOf(form.href, decodeBelieving(frame, form, type));
  return toAffordanceContent(encode(data, type), name);
}

function decodeBelieving(frame: Frame, form: Form, type: string): unknown {
  try {
    return decode({ type, body: frame.payload }, {});
  } catch (cause) {
    // The Thing broke its own description: not the asker's fault.
    throw new InteractionError(form.href, 502, undefined, { cause: cause as Error });
  }
}

function membersOf(href: string, value: unknown): { name: string; data?: unknown } {
  const { name, data } = (value ?? {}) as { name?: unknown; data?: unknown };
  if (typeof name === "string") return { name, data };
  const cause = new InputError({ path: "/name", got: name, wanted: "the name of an affordance" });
  throw new InteractionError(href, 502, undefined, { cause });
}
