import { type ExposedThing, Form } from "@node-wot/core";
import type { AffordanceFolder } from "../../../security";
import { isAsynchronous } from "../../actions";
import { CBOR_TYPE } from "../../cbor";
import { INVOCATION, INVOCATION_VARIABLE } from "../../operation-variables";
import { JSON_TYPE } from "../../payload";
import { declareOperationVariable, uriTemplate, uriVariableSchemas } from "../../uri-variables";

export const OBSERVE = "cov:observe";

/** One way to a Thing: its forms there begin with this. */
export interface FormBase {
  /** The Thing's URL, without a slash at its end. */
  readonly url: string;
  /** Names of the security definitions that hold there; undefined leaves it to the Thing's own. */
  readonly security: readonly string[] | undefined;
}

/** Indexes of our forms by media type; -1 where there is none. */
export interface TypeIndexes {
  readonly json: number;
  readonly cbor: number;
}

/** Indexes of our forms in an affordance, by operation. */
export interface FormIndexes {
  readonly read: TypeIndexes;
  readonly write: number;
  /** Observe a property or subscribe to an event. */
  readonly observe: TypeIndexes;
  readonly invoke: TypeIndexes;
}

const NONE: TypeIndexes = { json: -1, cbor: -1 };
const NO_FORMS: FormIndexes = { read: NONE, write: -1, observe: NONE, invoke: NONE };

/**
 * Appends this binding's forms to every affordance of a Thing. Those of a further base differ in
 * nothing that node-wot looks at: the indexes of the first serve all.
 *
 * @param bases at least one
 * @param cbor whether values can be had in CBOR too
 * @returns where the forms stand, by `<kind>/<name>`
 */
export function appendForms(
  thing: ExposedThing,
  bases: readonly FormBase[],
  cbor: boolean,
): Map<string, FormIndexes> {
  const indexes = new Map<string, FormIndexes>();
  for (const base of bases) {
    const note = (kind: AffordanceFolder, name: string, forms: FormIndexes): void => {
      const key = `${kind}/${name}`;
      if (!indexes.has(key)) indexes.set(key, forms);
    };
    for (const name of Object.keys(thing.properties)) {
      note("properties", name, propertyForms(writerOf(thing, base, "properties", name, cbor)));
    }
    for (const name of Object.keys(thing.actions)) {
      note("actions", name, actionForms(writerOf(thing, base, "actions", name, cbor), name));
    }
    for (const name of Object.keys(thing.events)) {
      const write = writerOf(thing, base, "events", name, cbor);
      const observe = observeForms(write, ["subscribeevent", "unsubscribeevent"]);
      note("events", name, { ...NO_FORMS, observe });
    }
  }
  return indexes;
}

/** Appends forms of one affordance. */
interface Writer {
  readonly thing: ExposedThing;
  readonly affordance: Affordance;
  readonly href: string;
  readonly template: string;
  readonly cbor: boolean;
  /** @returns the form's index */
  add(op: string[], more?: Partial<Form>, href?: string): number;
}

interface Affordance {
  readOnly?: boolean;
  writeOnly?: boolean;
  observable?: boolean;
  uriVariables?: unknown;
}

function writerOf(
  thing: ExposedThing,
  base: FormBase,
  kind: AffordanceFolder,
  name: string,
  cbor: boolean,
): Writer {
  const affordance = (thing[kind][name] ?? {}) as Affordance;
  const href = `${base.url}/${kind}/${encodeURIComponent(name)}`;
  const template = `${href}${uriTemplate(uriVariableSchemas(thing, affordance), "?")}`;
  const add: Writer["add"] = (op, more = {}, target = template) =>
    appendForm(affordance, target, op, base, more);
  return { thing, affordance, href, template, cbor, add };
}

/** One form per method: a form with several operations may not bind them to one (TD 1.1). */
function propertyForms({ affordance, cbor, add }: Writer): FormIndexes {
  const { readOnly, writeOnly, observable } = affordance;
  const both = [...(writeOnly ? [] : ["readproperty"]), ...(readOnly ? [] : ["writeproperty"])];
  const read = writeOnly ? -1 : add(["readproperty"], GET);
  const write = readOnly ? -1 : add(["writeproperty"], PUT);
  const isObserved = observable && !writeOnly;
  const observe = isObserved
    ? observeForms({ cbor, add }, ["observeproperty", "unobserveproperty"])
    : NONE;
  // No method: each operation has its default.
  const inCbor = cbor && both.length > 0 ? add(both, CBOR) : -1;
  return { ...NO_FORMS, read: { json: read, cbor: writeOnly ? -1 : inCbor }, write, observe };
}

/** An asynchronous action has the forms to query and cancel what it began, too. */
function actionForms({ thing, affordance, href, cbor, add }: Writer, name: string): FormIndexes {
  const json = add(["invokeaction"], POST);
  const inCbor = cbor ? add(["invokeaction"], { ...POST, ...CBOR }) : -1;
  if (isAsynchronous(thing, name)) {
    const variable = declareOperationVariable(affordance, INVOCATION_VARIABLE, INVOCATION);
    const status = `${href}/{${variable}}`;
    add(["queryaction"], GET, status);
    // The default of the CoAP binding; DELETE would do as well.
    add(["cancelaction"], POST, status);
  }
  return { ...NO_FORMS, invoke: { json, cbor: inCbor } };
}

/** An observation and its end are one resource and one method (RFC 7641, section 3.6). */
function observeForms({ cbor, add }: Pick<Writer, "cbor" | "add">, op: string[]): TypeIndexes {
  const observe = { ...GET, subprotocol: OBSERVE };
  const json = add(op, observe);
  return { json, cbor: cbor ? add(op, { ...observe, ...CBOR }) : -1 };
}

const GET = { "cov:method": "GET" };
const PUT = { "cov:method": "PUT" };
const POST = { "cov:method": "POST" };
/** Refusals are JSON, whatever the values are. */
const CBOR = {
  contentType: CBOR_TYPE,
  additionalResponses: [{ success: false, contentType: JSON_TYPE }],
};

/** @returns the form's index */
export function appendForm(
  holder: object,
  href: string,
  op: string[],
  { security }: FormBase,
  more: Partial<Form>,
): number {
  const described = holder as { forms?: Form[] };
  if (!Array.isArray(described.forms)) described.forms = [];
  const form = Object.assign(new Form(href, JSON_TYPE), { op }, more);
  if (security) form.security = [...security] as [string];
  return described.forms.push(form) - 1;
}
