import type { ExposedThing, Form } from "@node-wot/core";
import { JSON_TYPE } from "../payload";
import { uriTemplate, uriVariableSchemas } from "../uri-variables";
import { PROBLEM_TYPE } from "./server/respond";
import { MESSAGE_QUERY } from "./sse/channel";

/** Indices of this binding's forms in one property; undefined where there is none. */
export interface PropertyForms {
  readonly read: number | undefined;
  readonly write: number | undefined;
  readonly observe: number | undefined;
}

interface Affordance {
  forms?: Form[];
  uriVariables?: unknown;
}

/**
 * Appends the forms of one property. Reading and writing differ in the method, so each has its own
 * form (td-binding-multiple-ops).
 */
export function addPropertyForms(thing: ExposedThing, name: string, href: string): PropertyForms {
  const property = thing.properties[name] as Affordance & Record<string, unknown>;
  const variables = uriVariableSchemas(thing, property);
  const template = `${href}${uriTemplate(variables, "?")}`;
  const read = property.writeOnly
    ? undefined
    : add(property, form(template, ["readproperty"], "GET"));
  const write = property.readOnly
    ? undefined
    : add(property, form(template, ["writeproperty"], "PUT"));
  const observe = property.observable
    ? addStreamForms(property, href, ["observeproperty", "unobserveproperty"])
    : undefined;
  return { read, write, observe };
}

/** @returns the form's index */
export function addActionForm(thing: ExposedThing, name: string, href: string): number {
  const action = thing.actions[name] as Affordance;
  const template = `${href}${uriTemplate(uriVariableSchemas(thing, action), "?")}`;
  return add(action, form(template, ["invokeaction"], "POST"));
}

/** @returns the first form's index */
export function addEventForms(thing: ExposedThing, name: string, href: string): number {
  const event = thing.events[name] as Affordance;
  return addStreamForms(event, href, ["subscribeevent", "unsubscribeevent"]);
}

export function addAllPropertiesForm(thing: ExposedThing, href: string): void {
  add(thing as Affordance, form(href, ["readallproperties"], "GET"));
}

/**
 * Two streams of the same notifications. The first has events of the type "message", which is all
 * that node-wot's client and an EventSource's `onmessage` take; the second names the affordance, as
 * W3C's HTTP SSE Profile has it.
 */
function addStreamForms(affordance: Affordance, href: string, op: string[]): number {
  const index = add(affordance, stream(`${href}?${MESSAGE_QUERY}`, op));
  add(affordance, stream(href, op));
  return index;
}

function stream(href: string, op: string[]): Form {
  return { ...form(href, op, "GET"), subprotocol: "sse" };
}

function form(href: string, op: string[], method: string): Form {
  return {
    href,
    contentType: JSON_TYPE,
    op,
    "htv:methodName": method,
    additionalResponses: [{ success: false, contentType: PROBLEM_TYPE }],
  };
}

function add(affordance: Affordance, added: Form): number {
  affordance.forms ??= [];
  return affordance.forms.push(added) - 1;
}
