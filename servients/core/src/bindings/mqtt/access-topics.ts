import type { AccessRequest } from "../../security";
import { levelName, parseRequestTopic, type RequestTopic, topicLevel } from "./topics";

/** Where the Things of a site are at its broker. */
export interface SiteTopics {
  /** `fogwot/<site>` */
  readonly topicPrefix: string;
  /** Id of the Thing whose topic this is; undefined when it is no Thing's. */
  thingAt(base: string): string | undefined;
}

/**
 * - `publish`: a consumer sends a message.
 * - `receive`: a consumer is told of a change or an event as it happens.
 * - `retained`: a consumer gets what the broker kept.
 */
export type TopicDirection = "publish" | "receive" | "retained";

/**
 * What a topic is for:
 * - `request`: a consumer asks a Thing.
 * - `state`: a Thing says something: its description, a property, an event.
 * - `answer`: of an open Thing, to whoever asked.
 * - `reply`: to one user.
 * - `availability`: of a Servient.
 */
export type TopicUse =
  | { readonly kind: "request"; readonly thing: string; readonly request: RequestTopic }
  | {
      readonly kind: "state";
      readonly thing: string;
      readonly affordance: AccessRequest["affordance"];
    }
  | { readonly kind: "answer"; readonly thing: string }
  | { readonly kind: "reply"; readonly user: string }
  | { readonly kind: "availability" };

/** Level below the prefix under which users get their answers. */
const REPLIES = "replies";

/** Where answers go that are for one user each: `fogwot/<site>/replies`. */
export function repliesTopic(topicPrefix: string): string {
  return `${topicPrefix}/${REPLIES}`;
}

/** Where the answers to one user go, and nobody else's: `fogwot/<site>/replies/<user>`. */
export function replyTopic(topicPrefix: string, user: string): string {
  return `${repliesTopic(topicPrefix)}/${topicLevel(user)}`;
}

/** Things of a site laid out as `<prefix>/<node>/<name>`, with ids `urn:fogwot:<site>:<name>`. */
export function siteTopics(site: string): SiteTopics {
  const topicPrefix = `fogwot/${site}`;
  return {
    topicPrefix,
    thingAt(base) {
      if (!base.startsWith(`${topicPrefix}/`)) return undefined;
      const [, level, more] = base.slice(topicPrefix.length + 1).split("/");
      const name = level && more === undefined ? levelName(level) : undefined;
      return name ? `urn:fogwot:${site}:${name}` : undefined;
    },
  };
}

/** @returns undefined for a topic that has no use at this site */
export function useOf(topic: string, { topicPrefix, thingAt }: SiteTopics): TopicUse | undefined {
  if (!topic.startsWith(`${topicPrefix}/`)) return undefined;
  const [first = "", second, third] = topic.slice(topicPrefix.length + 1).split("/");
  if (first === REPLIES) {
    const user = second === undefined ? undefined : levelName(second);
    return user && third !== undefined ? { kind: "reply", user } : undefined;
  }
  if (second === "availability") return { kind: "availability" };
  const request = parseRequestTopic(topic, (base) => thingAt(base) !== undefined);
  if (request) return { kind: "request", thing: thingAt(request.base) ?? "", request };
  return stateOf(topic, thingAt);
}

function stateOf(topic: string, thingAt: SiteTopics["thingAt"]): TopicUse | undefined {
  const own = thingAt(topic);
  if (own !== undefined) return { kind: "state", thing: own, affordance: undefined };
  for (let end = topic.indexOf("/"); end >= 0; end = topic.indexOf("/", end + 1)) {
    const thing = thingAt(topic.slice(0, end));
    if (thing !== undefined) return below(thing, topic.slice(end + 1).split("/"));
  }
  return undefined;
}

function below(thing: string, [kind, level = "", verb, ...rest]: string[]): TopicUse | undefined {
  if (kind === "response" || kind === "error") return { kind: "answer", thing };
  if (kind !== "properties" && kind !== "events" && kind !== "actions") return undefined;
  const isAnswer = (verb === "response" || verb === "error") && rest.length > 0;
  if (isAnswer && kind !== "events") return { kind: "answer", thing };
  const name = levelName(level);
  if (!name || verb !== undefined || kind === "actions") return undefined;
  return { kind: "state", thing, affordance: { kind, name } };
}

/**
 * What a consumer does by a message on a topic, as access rules know it.
 *
 * @returns undefined where it is no interaction with a Thing: whether it is lawful is not the
 *   rules' to say
 */
export function mqttOperation(
  topic: string,
  direction: TopicDirection,
  topics: SiteTopics,
): AccessRequest | undefined {
  const use = useOf(topic, topics);
  if (use?.kind === "request") return direction === "publish" ? requestOf(use) : undefined;
  if (use?.kind !== "state" || direction === "publish") return undefined;
  const { thing, affordance } = use;
  if (!affordance) return { thing, op: "readdescription" };
  return { thing, affordance, op: operationOf(affordance.kind, direction) };
}

function operationOf(kind: string, direction: TopicDirection): string {
  if (kind === "events") return "subscribeevent";
  // Who may read but not observe gets the present value and no change; and the other way round.
  return direction === "retained" ? "readproperty" : "observeproperty";
}

function requestOf({ thing, request }: Extract<TopicUse, { kind: "request" }>): AccessRequest {
  const { operation: op, name, query } = request;
  switch (op) {
    case "readmultipleproperties":
      return { thing, op: query === "" ? "readallproperties" : op };
    case "writemultipleproperties":
    case "queryallactions":
      return { thing, op };
    case "readproperty":
    case "writeproperty":
      return { thing, op, affordance: { kind: "properties", name } };
    default:
      return { thing, op, affordance: { kind: "actions", name } };
  }
}
