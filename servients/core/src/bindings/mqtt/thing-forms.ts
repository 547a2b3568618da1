import type { ExposedThing } from "@node-wot/core";
import { CBOR_TYPE } from "../cbor";
import { declarePrefix } from "../context-prefix";
import { NAMES, NAMES_VARIABLE } from "../operation-variables";
import { JSON_TYPE } from "../payload";
import { declareOperationVariable } from "../uri-variables";
import {
  asyncActions,
  observableProperties,
  readableProperties,
  writableProperties,
} from "./affordances";
import {
  actionForms,
  eventForm,
  type FormContext,
  propertyForms,
  publishForm,
  requestForm,
  subscribeForm,
} from "./forms";
import { affordanceTopic } from "./topics";
import type { MqttForm } from "./vocabulary";

/** Where the binding's forms stand among those of an affordance. */
export class FormIndexes {
  readonly #indexes = new Map<string, number>();

  add(op: string, name: string, type: string, index: number): void {
    const key = `${type} ${op} ${name}`;
    if (!this.#indexes.has(key)) this.#indexes.set(key, index);
  }

  /** 0 where there is none. */
  of(op: string, name: string, type: string): number {
    return this.#indexes.get(`${type} ${op} ${name}`) ?? 0;
  }
}

/** @see https://w3c.github.io/wot-binding-templates/bindings/protocols/mqtt/ */
const MQV_NAMESPACE = "https://www.w3.org/2019/wot/mqtt#";
/** Of the terms that describe answers. */
const FOG_NAMESPACE = "https://fogwot.dev/ns#";

/** Appends the binding's forms to a Thing and to every affordance of it. */
export function appendForms(
  thing: ExposedThing,
  context: FormContext,
): { readonly indexes: FormIndexes; readonly namesVariable: string } {
  declarePrefix(thing, "mqv", MQV_NAMESPACE);
  declarePrefix(thing, "fog", FOG_NAMESPACE);
  const indexes = new FormIndexes();
  const append = (name: string, holder: { forms: unknown[] }, forms: readonly MqttForm[]): void => {
    for (const form of forms) {
      const index = holder.forms.push(form) - 1;
      for (const op of [form.op ?? []].flat()) {
        indexes.add(op, name, form.contentType ?? JSON_TYPE, index);
      }
    }
  };
  for (const [name, property] of Object.entries(thing.properties)) {
    append(name, property, propertyForms(thing, name, context));
  }
  for (const [name, action] of Object.entries(thing.actions)) {
    append(name, action, actionForms(thing, name, context));
  }
  for (const [name, event] of Object.entries(thing.events)) {
    append(name, event, [eventForm(name, context)]);
  }
  const namesVariable =
    readableProperties(thing).length > 0
      ? declareOperationVariable(thing, NAMES_VARIABLE, NAMES)
      : NAMES_VARIABLE;
  thing.forms ??= [];
  append("", thing as { forms: unknown[] }, thingForms(thing, namesVariable, context));
  return { indexes, namesVariable };
}

function thingForms(thing: ExposedThing, variable: string, context: FormContext): MqttForm[] {
  const { base } = context;
  const readable = readableProperties(thing);
  const observable = observableProperties(thing);
  const isWritable = writableProperties(thing).length > 0;
  const isAsync = asyncActions(thing).length > 0;
  const everyProperty = `${base}/properties/+`;
  const forms: MqttForm[] = [];
  if (observable.length > 0) {
    const topics = observable.map((name) => affordanceTopic(base, "properties", name));
    // A wildcard would bring what must not be observed, too.
    const filter = observable.length === readable.length ? everyProperty : topics;
    const op = ["observeallproperties", "unobserveallproperties"];
    forms.push(subscribeForm(context, op, filter));
  }
  if (Object.keys(thing.events).length > 0) {
    const op = ["subscribeallevents", "unsubscribeallevents"];
    forms.push(subscribeForm(context, op, `${base}/events/+`));
  }
  for (const type of [JSON_TYPE, CBOR_TYPE]) {
    const get = { subject: base, verb: "get", type };
    const set = { subject: base, verb: "set", type };
    if (readable.length > 0) {
      const retained = { "mqv:filter": everyProperty, "mqv:retain": true };
      forms.push({
        ...requestForm(context, get),
        op: ["readallproperties"],
        // Who knows requests not gets them one by one: each is retained, in JSON.
        ...(type === JSON_TYPE ? retained : {}),
      });
      const named = { ...get, variables: `{?${variable}}` };
      forms.push({ ...requestForm(context, named), op: ["readmultipleproperties"] });
    }
    if (isWritable) {
      const op = ["writeallproperties", "writemultipleproperties"];
      forms.push({ ...publishForm(context, set, `${base}/set`), op });
    }
  }
  if (isAsync) {
    const query = { subject: base, verb: "query", type: JSON_TYPE };
    forms.push({ ...requestForm(context, query), op: ["queryallactions"] });
  }
  return forms;
}
