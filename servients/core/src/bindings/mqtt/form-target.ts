import { InputError } from "../../errors";
import { JSON_TYPE } from "../payload";
import { type BrokerAddress, parseBrokerUrl } from "./broker-url";
import type { Qos } from "./outbox";
import { isTemplate } from "./request-channel";
import { CORRELATION, levelName, topicMatches } from "./topics";
import type { MqttForm } from "./vocabulary";

/** What a form says, with every default applied. */
export interface FormTarget {
  readonly address: BrokerAddress;
  /** To publish to; undefined where the form names none. */
  readonly topic: string | undefined;
  /** To subscribe to; empty where the form names none. */
  readonly filters: readonly string[];
  readonly qos: Qos;
  readonly retain: boolean;
  /** Whether the answers of a Servient of ours are described. */
  readonly templates:
    | { readonly requestTopic: string; readonly responseTopic: string; readonly errorTopic: string }
    | undefined;
  readonly contentType: string;
  readonly answerType: string;
  readonly operations: readonly string[];
}

/** Addresses by href: a client meets few, and each request asks. */
const addresses = new Map<string, BrokerAddress>();
const MAX_ADDRESSES = 256;

/** What follows the broker's address: a path, a query. */
const BEHIND_ADDRESS = /^(mqtts?:\/\/[^/?#]*)(.*)$/i;

function addressOf(form: string): BrokerAddress {
  const same = addresses.get(form);
  if (same) return same;
  const href = BEHIND_ADDRESS.exec(form)?.[1] ?? form;
  const known = addresses.get(href);
  if (known) return known;
  const address = parseBrokerUrl(href);
  if (addresses.size >= MAX_ADDRESSES) addresses.clear();
  addresses.set(href, address);
  return address;
}

/** @throws ConfigError when the href is no broker URL, InputError for a QoS that is none */
export function parseForm(form: MqttForm): FormTarget {
  const { "mqv:topic": topic, "mqv:filter": filter, "mqv:retain": retain = false } = form;
  const templates = templatesOf(form);
  const isNamed = topic !== undefined || filter !== undefined || templates !== undefined;
  const inHref = isNamed ? undefined : topicInHref(form.href);
  const filters = filter ?? inHref;
  const contentType = form.contentType ?? JSON_TYPE;
  return {
    address: addressOf(form.href),
    topic: topic ?? inHref,
    filters: filters === undefined ? [] : [filters].flat(),
    qos: parseQos(form["mqv:qos"]),
    retain,
    templates,
    contentType,
    answerType: form.response?.contentType ?? contentType,
    operations: typeof form.op === "string" ? [form.op] : (form.op ?? []),
  };
}

function templatesOf(form: MqttForm): FormTarget["templates"] {
  const requestTopic = form["fog:requestTopic"];
  const responseTopic = form["fog:responseTopic"];
  const errorTopic = form["fog:errorTopic"] ?? responseTopic;
  if (!isTemplate(requestTopic) || !isTemplate(responseTopic) || !isTemplate(errorTopic)) {
    return undefined;
  }
  return { requestTopic: withVariables(requestTopic, form.href), responseTopic, errorTopic };
}

/**
 * Fills the form's URI variables into its request topic, as they have been filled into its href:
 * `{?names}` is the href's query, `{invocation}` the last segment of its path.
 */
function withVariables(template: string, href: string): string {
  if (!/\{(?!corr\})/.test(template)) return template;
  const [path = "", query = ""] = (BEHIND_ADDRESS.exec(href)?.[2] ?? "").split("?", 2);
  return template.replace(VARIABLE, (expression, operator: string) => {
    if (expression === CORRELATION) return expression;
    if (operator === "") return path.slice(path.lastIndexOf("/") + 1);
    return query === "" ? "" : `${operator}${query}`;
  });
}

const VARIABLE = /\{([?&]?)[^{}]*\}/g;

/** The topic in the URL's path: not W3C's way, but that of node-wot and of Things described for it. */
function topicInHref(href: string): string | undefined {
  const path = /^mqtts?:\/\/[^/?#]*\/([^?]+)/.exec(href)?.[1];
  if (path === undefined) return undefined;
  try {
    return decodeURIComponent(path);
  } catch {
    // Not percent-encoded: the topic as it stands.
    return path;
  }
}

function parseQos(qos: unknown): Qos {
  if (qos === undefined) return 0;
  const number = Number(qos);
  if (number === 0 || number === 1 || number === 2) return number;
  throw new InputError({ path: "/mqv:qos", got: qos, wanted: '"0", "1" or "2"' });
}

/**
 * Which affordance a notification of a whole Thing is of: the level a filter's `+` stands for, or
 * the topic's last.
 */
export function affordanceOf(filters: readonly string[], topic: string): string {
  const levels = topic.split("/");
  const filter = filters.find((one) => topicMatches(one, topic)) ?? topic;
  const place = filter.split("/").lastIndexOf("+");
  const level = levels[place < 0 ? levels.length - 1 : place] ?? topic;
  return levelName(level) ?? level;
}
