import type { ExposedThing } from "@node-wot/core";
import { isAsynchronous } from "../actions";
import { CBOR_TYPE } from "../cbor";
import { affordance } from "../interaction";
import { INVOCATION, INVOCATION_VARIABLE } from "../operation-variables";
import { JSON_TYPE } from "../payload";
import { declareOperationVariable, uriTemplate, uriVariableSchemas } from "../uri-variables";
import { PROBLEM_TYPE, TYPE_VARIABLE } from "./constants";
import type { Qos } from "./outbox";
import { affordanceTopic, answerTopics, CORRELATION } from "./topics";
import type { MqttForm } from "./vocabulary";

export interface FormContext {
  /** Broker URL as advertised, without a topic. */
  readonly href: string;
  /** Topic of the Thing. */
  readonly base: string;
  readonly qos: Qos;
  /** Of forms that are requests: writes and invocations. */
  readonly requestQos: Qos;
  /** Names of the security definitions that hold here; left out where the Thing's own do. */
  readonly security?: readonly string[];
  /** Topic below which each user gets answers alone; without it they go beside what is asked. */
  readonly replies?: string;
}

/** Where a request goes and in what. */
export interface RequestPath {
  /** Topic that is asked, and under which the answers go. */
  readonly subject: string;
  /** `get`, or `query/{invocation}`. */
  readonly verb: string;
  readonly type: string;
  /** RFC 6570 expression of what goes into href and topic alike, `{?names}`. */
  readonly variables?: string;
}

const CBOR_QUERY = `?${TYPE_VARIABLE}=${encodeURIComponent(CBOR_TYPE)}`;

/** Forms of one property: read and observe on the retained value, write on `/set`. */
export function propertyForms(thing: ExposedThing, name: string, context: FormContext): MqttForm[] {
  const property = affordance(thing, "properties", name);
  const subject = affordanceTopic(context.base, "properties", name);
  const variables = uriTemplate(uriVariableSchemas(thing, property), "?");
  const forms: MqttForm[] = [];
  if (!property.writeOnly) {
    const observe = property.observable ? ["observeproperty", "unobserveproperty"] : [];
    forms.push({
      ...requestForm(context, { subject, verb: "get", type: JSON_TYPE, variables }),
      op: ["readproperty", ...observe],
      "mqv:qos": `${context.qos}`,
      "mqv:filter": subject,
      "mqv:retain": true,
    });
  }
  if (property.readOnly) return forms;
  for (const type of [JSON_TYPE, CBOR_TYPE]) {
    const path = { subject, verb: "set", type, variables };
    forms.push({ ...publishForm(context, path, `${subject}/set`), op: ["writeproperty"] });
  }
  return forms;
}

/** An asynchronous action has the forms to query and cancel what it began, too. */
export function actionForms(thing: ExposedThing, name: string, context: FormContext): MqttForm[] {
  const action = affordance(thing, "actions", name);
  const subject = affordanceTopic(context.base, "actions", name);
  const variables = uriTemplate(uriVariableSchemas(thing, action), "?");
  const invoke = [JSON_TYPE, CBOR_TYPE].map((type) => {
    const path = { subject, verb: "request", type, variables };
    const plain = type === JSON_TYPE ? subject : `${subject}/request`;
    return { ...publishForm(context, path, plain), op: ["invokeaction"] };
  });
  if (!isAsynchronous(thing, name)) return invoke;
  const variable = declareOperationVariable(action, INVOCATION_VARIABLE, INVOCATION);
  const status = (op: string, verb: string): MqttForm => ({
    ...requestForm(context, { subject, verb: `${verb}/{${variable}}`, type: JSON_TYPE }),
    href: `${context.href}/{${variable}}`,
    op: [op],
  });
  return [...invoke, status("queryaction", "query"), status("cancelaction", "cancel")];
}

export function eventForm(name: string, context: FormContext): MqttForm {
  return subscribeForm(
    context,
    ["subscribeevent", "unsubscribeevent"],
    affordanceTopic(context.base, "events", name),
  );
}

/** Notifications on one topic or several. */
export function subscribeForm(
  { href, qos, security }: FormContext,
  op: string[],
  filter: string | string[],
): MqttForm {
  return {
    ...secured(security),
    href,
    contentType: JSON_TYPE,
    // No control packet named: it would restrict one of the operations to the other's.
    op,
    "mqv:qos": `${qos}`,
    "mqv:filter": filter,
    "mqv:retain": false,
  };
}

/** A request that is answered, as `vocabulary.ts` describes it. */
export function requestForm(
  { href, requestQos, security, replies }: FormContext,
  { subject, verb, type, variables = "" }: RequestPath,
): MqttForm {
  const { responseTopic, errorTopic } = answerTopics(replies, subject, CORRELATION);
  return {
    ...secured(security),
    // The slash: without it an href with an expression would be no URL.
    href: variables === "" ? href : `${href}/${variables}`,
    contentType: type,
    additionalResponses: [{ success: false, contentType: PROBLEM_TYPE }],
    "mqv:qos": `${requestQos}`,
    "fog:requestTopic": `${subject}/${verb}/${CORRELATION}${queryOf(type, variables)}`,
    "fog:responseTopic": responseTopic,
    "fog:errorTopic": errorTopic,
  };
}

/** A request that can also be published without awaiting an answer. */
export function publishForm(context: FormContext, path: RequestPath, plain: string): MqttForm {
  return {
    ...requestForm(context, path),
    // An MQTT 3.1.1 message cannot say what its payload is: the topic does.
    "mqv:topic": path.type === JSON_TYPE ? plain : `${plain}/${CBOR_QUERY}`,
    "mqv:retain": false,
    "mqv:controlPacket": "publish",
  };
}

function secured(security: readonly string[] | undefined): Pick<MqttForm, "security"> {
  return security ? { security: [...security] as [string] } : {};
}

function queryOf(type: string, variables: string): string {
  if (type === JSON_TYPE) return variables;
  return CBOR_QUERY + variables.replace("{?", "{&");
}
