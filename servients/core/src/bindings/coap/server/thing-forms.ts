import type { ExposedThing } from "@node-wot/core";
import { isAsynchronous } from "../../actions";
import { CBOR_TYPE } from "../../cbor";
import { declarePrefix } from "../../context-prefix";
import { NAMES, NAMES_VARIABLE } from "../../operation-variables";
import { JSON_TYPE } from "../../payload";
import { declareOperationVariable } from "../../uri-variables";
import { appendForm, type FormBase, OBSERVE } from "./forms";

/** @see https://w3c.github.io/wot-binding-templates/bindings/protocols/coap/ */
const COV_NAMESPACE = "https://www.w3.org/2019/wot/coap#";

/** Query of the resource whose state is the latest change of any property. */
export const CHANGES = "changes";

/**
 * Appends the forms of operations on the whole Thing.
 * @returns the query parameter that names the properties to read
 */
export function appendThingForms(
  thing: ExposedThing,
  bases: readonly FormBase[],
  cbor: boolean,
): string {
  declarePrefix(thing, "cov", COV_NAMESPACE);
  const properties = Object.values(thing.properties);
  const read = properties.some(({ writeOnly }) => !writeOnly) ? ["readallproperties"] : [];
  const write = properties.some(({ readOnly }) => !readOnly)
    ? ["writeallproperties", "writemultipleproperties"]
    : [];
  const isObservable = properties.some(({ observable, writeOnly }) => observable && !writeOnly);
  const hasEvents = Object.keys(thing.events).length > 0;
  const hasStatuses = Object.keys(thing.actions).some((name) => isAsynchronous(thing, name));
  const variable =
    read.length > 0 ? declareOperationVariable(thing, NAMES_VARIABLE, NAMES) : NAMES_VARIABLE;
  for (const base of bases) {
    const all = `${base.url}/properties`;
    const add = (op: string[], href: string, more: object): void => {
      if (op.length > 0) appendForm(thing, href, op, base, more);
    };
    add(read, all, GET);
    if (read.length > 0) add(["readmultipleproperties"], `${all}{?${variable}}`, GET);
    add(write, all, PUT);
    if (isObservable) add(OBSERVE_ALL, `${all}?${CHANGES}`, { ...GET, subprotocol: OBSERVE });
    if (hasEvents) add(SUBSCRIBE_ALL, `${base.url}/events`, { ...GET, subprotocol: OBSERVE });
    if (hasStatuses) add(["queryallactions"], `${base.url}/actions`, GET);
    if (!cbor) continue;
    add([...read, ...write], all, CBOR);
    if (read.length > 0) add(["readmultipleproperties"], `${all}{?${variable}}`, CBOR);
  }
  return variable;
}

const OBSERVE_ALL = ["observeallproperties", "unobserveallproperties"];
const SUBSCRIBE_ALL = ["subscribeallevents", "unsubscribeallevents"];
const GET = { "cov:method": "GET" };
const PUT = { "cov:method": "PUT" };
const CBOR = {
  contentType: CBOR_TYPE,
  additionalResponses: [{ success: false, contentType: JSON_TYPE }],
};
