import { type ExposedThing, Form } from "@node-wot/core";
import { JSON_TYPE } from "../../payload";
import { uriTemplate, uriVariableSchemas } from "../../uri-variables";

const COV_PREFIX = "cov";
/** @see https://w3c.github.io/wot-binding-templates/bindings/protocols/coap/ */
const COV_NAMESPACE = "https://www.w3.org/2019/wot/coap#";
const OBSERVE = "cov:observe";

export type AffordanceKind = "properties" | "actions" | "events";

/** Indexes of our forms in an affordance, by operation; -1 where the operation has none. */
export interface FormIndexes {
  readonly read: number;
  readonly write: number;
  /** Observe a property or subscribe to an event. */
  readonly observe: number;
  readonly invoke: number;
}

const NO_FORMS: FormIndexes = { read: -1, write: -1, observe: -1, invoke: -1 };

/**
 * Appends this binding's forms to every affordance of a Thing.
 * @param base the Thing's URL, without a slash at its end
 * @returns where the forms stand, by `<kind>/<name>`
 */
export function appendForms(thing: ExposedThing, base: string): Map<string, FormIndexes> {
  const indexes = new Map<string, FormIndexes>();
  declarePrefix(thing);
  for (const [name, property] of Object.entries(thing.properties)) {
    const href = hrefOf(thing, base, "properties", name);
    const forms = formsOf(property);
    indexes.set(`properties/${name}`, {
      ...NO_FORMS,
      read: property.writeOnly ? -1 : append(forms, href, ["readproperty"], "GET"),
      write: property.readOnly ? -1 : append(forms, href, ["writeproperty"], "PUT"),
      observe:
        property.observable && !property.writeOnly
          ? append(forms, href, ["observeproperty", "unobserveproperty"], "GET", OBSERVE)
          : -1,
    });
  }
  if (Object.values(thing.properties).some((property) => !property.writeOnly)) {
    append(formsOf(thing), `${base}/properties`, ["readallproperties"], "GET");
  }
  for (const [name, action] of Object.entries(thing.actions)) {
    const href = hrefOf(thing, base, "actions", name);
    const forms = formsOf(action);
    const invoke = append(forms, href, ["invokeaction"], "POST");
    indexes.set(`actions/${name}`, { ...NO_FORMS, invoke });
  }
  for (const [name, event] of Object.entries(thing.events)) {
    const href = hrefOf(thing, base, "events", name);
    const forms = formsOf(event);
    const observe = append(forms, href, ["subscribeevent", "unsubscribeevent"], "GET", OBSERVE);
    indexes.set(`events/${name}`, { ...NO_FORMS, observe });
  }
  return indexes;
}

function formsOf(affordance: { forms?: unknown }): Form[] {
  if (!Array.isArray(affordance.forms)) affordance.forms = [];
  return affordance.forms as Form[];
}

/** One form per method: a form with several operations may not bind them to one method (TD 1.1). */
function append(
  forms: Form[],
  href: string,
  op: string[],
  method: string,
  subprotocol?: string,
): number {
  const form = new Form(href, JSON_TYPE);
  form.op = op;
  form["cov:method"] = method;
  if (subprotocol) form.subprotocol = subprotocol;
  return forms.push(form) - 1;
}

function hrefOf(thing: ExposedThing, base: string, kind: AffordanceKind, name: string): string {
  const variables = uriVariableSchemas(thing, thing[kind][name] ?? {});
  return `${base}/${kind}/${encodeURIComponent(name)}${uriTemplate(variables, "?")}`;
}

/** `cov:` terms mean something only where the prefix is declared. */
function declarePrefix(thing: ExposedThing): void {
  const holder = thing as { "@context"?: unknown };
  const context = holder["@context"];
  const entries = Array.isArray(context) ? context : context === undefined ? [] : [context];
  const isDeclared = entries.some(
    (entry) => typeof entry === "object" && entry !== null && COV_PREFIX in entry,
  );
  if (!isDeclared) holder["@context"] = [...entries, { [COV_PREFIX]: COV_NAMESPACE }];
}
