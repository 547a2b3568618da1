import type { ExposedThing } from "@node-wot/core";
import { JSON_TYPE } from "../payload";
import { PROBLEM_TYPE } from "./constants";
import type { Qos } from "./outbox";
import { affordanceTopic, CORRELATION } from "./topics";
import type { MqttForm } from "./vocabulary";

export interface FormContext {
  /** Broker URL as advertised, without a topic. */
  readonly href: string;
  /** Topic of the Thing. */
  readonly base: string;
  readonly qos: Qos;
  /** Of forms that are requests: writes and invocations. */
  readonly requestQos: Qos;
}

/** Forms of one property: read and observe on the retained value, write on `/set`. */
export function propertyForms(
  name: string,
  property: { readOnly?: boolean; writeOnly?: boolean; observable?: boolean },
  context: FormContext,
): MqttForm[] {
  const topic = affordanceTopic(context.base, "properties", name);
  const forms: MqttForm[] = [];
  if (property.writeOnly !== true) {
    const observe = property.observable ? ["observeproperty", "unobserveproperty"] : [];
    forms.push({
      ...common(context),
      op: ["readproperty", ...observe],
      "mqv:filter": topic,
      "mqv:retain": true,
      ...answered(topic, "get"),
    });
  }
  if (property.readOnly !== true) {
    forms.push({
      ...request(context),
      op: ["writeproperty"],
      "mqv:topic": `${topic}/set`,
      "mqv:retain": false,
      "mqv:controlPacket": "publish",
      ...answered(topic, "set"),
    });
  }
  return forms;
}

export function actionForm(name: string, context: FormContext): MqttForm {
  const topic = affordanceTopic(context.base, "actions", name);
  return {
    ...request(context),
    op: ["invokeaction"],
    "mqv:topic": topic,
    "mqv:retain": false,
    "mqv:controlPacket": "publish",
    ...answered(topic, "request"),
  };
}

export function eventForm(name: string, context: FormContext): MqttForm {
  return {
    ...common(context),
    // No control packet named: it would restrict one of the two operations to the other's.
    op: ["subscribeevent", "unsubscribeevent"],
    "mqv:filter": affordanceTopic(context.base, "events", name),
    "mqv:retain": false,
  };
}

/** Appends the binding's forms to every affordance of a Thing. */
export function appendForms(thing: ExposedThing, context: FormContext): void {
  for (const [name, property] of Object.entries(thing.properties)) {
    property.forms.push(...propertyForms(name, property, context));
  }
  for (const [name, action] of Object.entries(thing.actions)) {
    action.forms.push(actionForm(name, context));
  }
  for (const [name, event] of Object.entries(thing.events)) {
    event.forms.push(eventForm(name, context));
  }
}

function common({ href, qos }: FormContext): Pick<MqttForm, "href" | "contentType" | "mqv:qos"> {
  return { href, contentType: JSON_TYPE, "mqv:qos": `${qos}` };
}

function request(context: FormContext): ReturnType<typeof common> {
  return common({ ...context, qos: context.requestQos });
}

function answered(topic: string, verb: "get" | "set" | "request"): Partial<MqttForm> {
  return {
    additionalResponses: [{ success: false, contentType: PROBLEM_TYPE }],
    "fog:requestTopic": `${topic}/${verb}/${CORRELATION}`,
    "fog:responseTopic": `${topic}/response/${CORRELATION}`,
    "fog:errorTopic": `${topic}/error/${CORRELATION}`,
  };
}
