import type { ExposedThingInit, ThingDescription } from "../types";
import { type InstanceValues, instantiate } from "./instantiate";

type Form = Readonly<Record<string, unknown>>;

/**
 * A whole Thing Description: `instantiate()` with the forms of the HTTP binding, relative to the base.
 * What a running Servient offers has forms of every binding, with full addresses.
 *
 * @param base URL of the Thing, ends in a slash: `http://127.0.0.1:18090/fog-wifi/wifi-1/`
 */
export function instantiateWithForms(
  type: string,
  values: InstanceValues,
  base: string,
): ThingDescription {
  return withHttpForms(instantiate(type, values), base);
}

function withHttpForms(init: ExposedThingInit, base: string): ThingDescription {
  return {
    ...init,
    base,
    ...addForms(init, "properties", (href, property) => [
      ...(property.writeOnly ? [] : [form(href, ["readproperty"], "GET")]),
      ...(property.readOnly ? [] : [form(href, ["writeproperty"], "PUT")]),
      ...(property.observable ? [stream(href, ["observeproperty", "unobserveproperty"])] : []),
    ]),
    ...addForms(init, "actions", (href) => [form(href, ["invokeaction"], "POST")]),
    ...addForms(init, "events", (href) => [stream(href, ["subscribeevent", "unsubscribeevent"])]),
  } as ThingDescription;
}

/** Every failure is told as problem details; our models define their schema. */
const PROBLEM = {
  additionalResponses: [
    { success: false, contentType: "application/problem+json", schema: "problem" },
  ],
} as const;

function addForms(
  init: ExposedThingInit,
  kind: "properties" | "actions" | "events",
  formsOf: (href: string, affordance: Readonly<Record<string, unknown>>) => Form[],
): object {
  const affordances = init[kind];
  if (affordances === undefined) return {};
  const entries = Object.entries(affordances).map(([name, affordance = {}]) => [
    name,
    { ...affordance, forms: formsOf(`${kind}/${encodeURIComponent(name)}`, affordance) },
  ]);
  return { [kind]: Object.fromEntries(entries) };
}

function form(href: string, op: readonly string[], method: string): Form {
  return { href, contentType: "application/json", op, "htv:methodName": method, ...PROBLEM };
}

function stream(href: string, op: readonly string[]): Form {
  return { ...form(href, op, "GET"), subprotocol: "sse" };
}
