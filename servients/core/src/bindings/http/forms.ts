import type { ExposedThing, Form } from "@node-wot/core";
import { isAsynchronous } from "../actions";
import { CBOR_TYPE } from "../cbor";
import { INVOCATION, INVOCATION_VARIABLE, NAMES, NAMES_VARIABLE } from "../operation-variables";
import { JSON_TYPE } from "../payload";
import { declareOperationVariable, uriTemplate, uriVariableSchemas } from "../uri-variables";
import { LONG_POLL_QUERY } from "./longpoll/wishes";
import { PROBLEM_TYPE } from "./server/respond";
import { MESSAGE_QUERY } from "./sse/channel";

/** Indices of this binding's forms in one affordance; undefined where there is none. */
export interface FormIndexes {
  /** Reads, or invokes, in JSON. */
  readonly json: number | undefined;
  /** Reads, writes or invokes in CBOR. */
  readonly cbor: number | undefined;
  readonly write: number | undefined;
  /** Observes a property or subscribes to an event. */
  readonly observe: number | undefined;
}

interface Affordance {
  forms?: Form[];
  uriVariables?: unknown;
}

/**
 * Appends the forms of one property. Reading and writing differ in the method, so each has its own
 * form (td-binding-multiple-ops); the CBOR form names no method, and each operation has its default.
 *
 * @param cbor whether values can be had in CBOR too
 */
export function addPropertyForms(
  thing: ExposedThing,
  name: string,
  href: string,
  cbor: boolean,
): FormIndexes {
  const property = thing.properties[name] as Affordance & Record<string, unknown>;
  const template = `${href}${uriTemplate(uriVariableSchemas(thing, property), "?")}`;
  const isReadable = !property.writeOnly;
  const isWritable = !property.readOnly;
  const op = isReadable ? (isWritable ? OPS.readWrite : OPS.read) : OPS.write;
  return {
    json: isReadable ? add(property, form(template, OPS.read, "GET")) : undefined,
    write: isWritable ? add(property, form(template, OPS.write, "PUT")) : undefined,
    observe: property.observable ? addNotificationForms(property, href, OPS.observe) : undefined,
    cbor: cbor && (isReadable || isWritable) ? add(property, cborForm(template, op)) : undefined,
  };
}

/** An asynchronous action has the forms to query and cancel what it began, too. */
export function addActionForms(
  thing: ExposedThing,
  name: string,
  href: string,
  cbor: boolean,
): FormIndexes {
  const action = thing.actions[name] as Affordance;
  const template = `${href}${uriTemplate(uriVariableSchemas(thing, action), "?")}`;
  const isAsync = isAsynchronous(thing, name);
  const answered = (made: Form, type: string): Form => {
    if (isAsync) made.response = createdResponse(type);
    return made;
  };
  const indexes = {
    json: add(action, answered(form(template, OPS.invoke, "POST"), JSON_TYPE)),
    cbor: cbor ? add(action, answered(cborForm(template, OPS.invoke), CBOR_TYPE)) : undefined,
    write: undefined,
    observe: undefined,
  };
  if (isAsync) {
    const variable = declareOperationVariable(action, INVOCATION_VARIABLE, INVOCATION);
    const status = `${href}/{${variable}}`;
    add(action, form(status, OPS.query, "GET"));
    add(action, form(status, OPS.cancel, "DELETE"));
  }
  return indexes;
}

export function addEventForms(thing: ExposedThing, name: string, href: string): FormIndexes {
  const event = thing.events[name] as Affordance;
  const observe = addNotificationForms(event, href, OPS.subscribe);
  return { json: undefined, cbor: undefined, write: undefined, observe };
}

/** What can be asked of a whole Thing. */
export interface ThingAbilities {
  readonly readable: boolean;
  readonly writable: boolean;
  readonly observable: boolean;
  readonly events: boolean;
  readonly asyncActions: boolean;
  readonly cbor: boolean;
}

/** @returns the query parameter that names the properties to read */
export function addThingForms(thing: ExposedThing, href: string, able: ThingAbilities): string {
  const holder = thing as Affordance;
  const properties = `${href}/properties`;
  const read = able.readable ? ["readallproperties"] : [];
  const write = able.writable ? ["writeallproperties", "writemultipleproperties"] : [];
  const variable = able.readable ? declareOperationVariable(holder, NAMES_VARIABLE, NAMES) : "";
  const some = `${properties}{?${variable}}`;
  if (able.readable) {
    add(holder, form(properties, read, "GET"));
    add(holder, form(some, ["readmultipleproperties"], "GET"));
  }
  if (able.writable) add(holder, form(properties, write, "PUT"));
  if (able.observable) {
    add(holder, stream(properties, ["observeallproperties", "unobserveallproperties"]));
  }
  if (able.events) {
    add(holder, stream(`${href}/events`, ["subscribeallevents", "unsubscribeallevents"]));
  }
  if (able.asyncActions) add(holder, form(`${href}/actions`, ["queryallactions"], "GET"));
  if (!able.cbor) return variable;
  if (able.readable || able.writable) add(holder, cborForm(properties, [...read, ...write]));
  if (able.readable) add(holder, cborForm(some, ["readmultipleproperties"]));
  return variable;
}

/** The answer to an asynchronous invocation: its status, and where to ask for it again. */
function createdResponse(contentType: string) {
  return { contentType, "htv:statusCodeValue": 201 };
}

/**
 * Three ways to the same notifications. An event stream of the type "message", which is all that
 * node-wot's client and an EventSource's `onmessage` take; one that names the affordance, as W3C's
 * HTTP SSE Profile has it; and a poll for who cannot read a stream.
 */
function addNotificationForms(affordance: Affordance, href: string, op: string[]): number {
  const index = add(affordance, stream(`${href}?${MESSAGE_QUERY}`, op));
  add(affordance, stream(href, op));
  // No method: node-wot's client would send its handshake by it, instead of by HEAD.
  add(affordance, {
    href: `${href}?${LONG_POLL_QUERY}`,
    contentType: JSON_TYPE,
    op,
    additionalResponses: PROBLEMS,
    subprotocol: "longpoll",
  });
  return index;
}

// Each form is written out: one made of others by spreading has a hidden class of its own, and a
// thousand Things have fifty thousand forms.

function stream(href: string, op: string[]): Form {
  return {
    href,
    contentType: JSON_TYPE,
    op,
    "htv:methodName": "GET",
    additionalResponses: PROBLEMS,
    subprotocol: "sse",
  };
}

function form(href: string, op: string[], method: string): Form {
  return {
    href,
    contentType: JSON_TYPE,
    op,
    "htv:methodName": method,
    additionalResponses: PROBLEMS,
  };
}

function cborForm(href: string, op: string[]): Form {
  return { href, contentType: CBOR_TYPE, op, additionalResponses: PROBLEMS };
}

const PROBLEMS = [{ success: false, contentType: PROBLEM_TYPE }];

/** Shared by all forms of a kind. */
const OPS = {
  read: ["readproperty"],
  write: ["writeproperty"],
  readWrite: ["readproperty", "writeproperty"],
  observe: ["observeproperty", "unobserveproperty"],
  invoke: ["invokeaction"],
  query: ["queryaction"],
  cancel: ["cancelaction"],
  subscribe: ["subscribeevent", "unsubscribeevent"],
};

function add(affordance: Affordance, added: Form): number {
  affordance.forms ??= [];
  return affordance.forms.push(added) - 1;
}
