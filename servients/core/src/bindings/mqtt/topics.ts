/** Placeholder of the correlation in the `fog:` topic templates: one to three topic levels. */
export const CORRELATION = "{corr}";

/** Longest correlation a Servient answers to, in characters and in topic levels. */
const MAX_CORRELATION_LENGTH = 256;
const MAX_CORRELATION_LEVELS = 3;

// Separator, wildcards, the escape itself, and what MQTT forbids or discourages in topics (1.5.4).
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not pass
const RESERVED = /[%/+#\u0000-\u001f\u007f-\u009f]/g;

/** Any name as one topic level: `on/off` → `on%2Foff`. Other characters stay readable. */
export function topicLevel(name: string): string {
  return name.replace(RESERVED, (character) => encodeURIComponent(character));
}

/** The name behind a topic level; undefined when the level is no encoding of one. */
export function levelName(level: string): string | undefined {
  if (!level.includes("%")) return level;
  try {
    return decodeURIComponent(level);
  } catch {
    // A stray "%" from a stranger: not one of our names.
    return undefined;
  }
}

/** `fogwot/factory` and `fog-wifi/wifi 1` → `fogwot/factory/fog-wifi/wifi 1`. */
export function thingTopic(prefix: string, path: string): string {
  return [prefix, ...path.split("/").map(topicLevel)].join("/");
}

export type AffordanceKind = "properties" | "actions" | "events";

export function affordanceTopic(base: string, kind: AffordanceKind, name: string): string {
  return `${base}/${kind}/${topicLevel(name)}`;
}

/** Filters whose messages are requests to the Thing at `base`. */
export function requestFilters(
  base: string,
  has: { actions: boolean; properties: boolean; asyncActions: boolean },
) {
  return [
    ...(has.actions ? [`${base}/actions/+`, `${base}/actions/+/request/#`] : []),
    ...(has.asyncActions
      ? [`${base}/actions/+/query/#`, `${base}/actions/+/cancel/#`, `${base}/query/#`]
      : []),
    ...(has.properties
      ? ["properties/+/get", "properties/+/set", "get", "set"].map((verb) => `${base}/${verb}/#`)
      : []),
  ];
}

export type RequestOperation =
  | "invokeaction"
  | "queryaction"
  | "cancelaction"
  | "queryallactions"
  | "readproperty"
  | "writeproperty"
  /** Of all properties, or of those the query names. */
  | "readmultipleproperties"
  | "writemultipleproperties";

export interface RequestTopic {
  readonly operation: RequestOperation;
  readonly base: string;
  /** Topic of the affordance, or of the Thing, under which the answers go. */
  readonly subject: string;
  /** Of the affordance; empty for an operation on the Thing. */
  readonly name: string;
  /** Which invocation is queried or cancelled. */
  readonly invocation: string | undefined;
  /** Missing in a request without an address of its own. */
  readonly correlation: string | undefined;
  /** What follows `?`: the form's URI variables, `mediaType` where it is not JSON. */
  readonly query: string;
}

/**
 * Takes a request's topic apart.
 *
 * @param isThing whether a base topic is that of a Thing
 * @returns undefined when the topic is no request
 */
export function parseRequestTopic(
  topic: string,
  isThing: (base: string) => boolean,
): RequestTopic | undefined {
  for (let end = topic.indexOf("/"); end >= 0; end = topic.indexOf("/", end + 1)) {
    // A Thing's path may hold a level named like ours itself.
    if (!KINDS.test(topic.slice(end, end + LONGEST_KIND)) || !isThing(topic.slice(0, end))) {
      continue;
    }
    return parseBelow(topic.slice(0, end), topic.slice(end + 1));
  }
  return undefined;
}

const KINDS = /^\/(actions|properties|get|set|query)(\/|$)/;
const LONGEST_KIND = "/properties/".length;

function parseBelow(base: string, path: string): RequestTopic | undefined {
  const [kind = "", ...rest] = path.split("/");
  if (kind !== "actions" && kind !== "properties") {
    const operation = OPERATIONS.get(kind);
    return operation && addressed({ operation, base, subject: base, name: "" }, rest);
  }
  const [level = "", verb = "", ...address] = rest;
  const operation = OPERATIONS.get(rest.length === 1 ? kind : `${kind} ${verb}`);
  const name = levelName(level);
  if (!name || !operation) return undefined;
  const subject = `${base}/${kind}/${level}`;
  return addressed({ operation, base, subject, name }, address, verb === "request");
}

const OPERATIONS: ReadonlyMap<string, RequestOperation> = new Map([
  ["get", "readmultipleproperties"],
  ["set", "writemultipleproperties"],
  ["query", "queryallactions"],
  ["properties get", "readproperty"],
  ["properties set", "writeproperty"],
  ["actions", "invokeaction"],
  ["actions request", "invokeaction"],
  ["actions query", "queryaction"],
  ["actions cancel", "cancelaction"],
]);

/** What stands behind the verb: an invocation, the correlation, a query. */
function addressed(
  request: Pick<RequestTopic, "operation" | "base" | "subject" | "name">,
  levels: readonly string[],
  needsAddress = false,
): RequestTopic | undefined {
  const { operation } = request;
  const path = levels.join("/");
  const mark = path.indexOf("?");
  const query = mark < 0 ? "" : path.slice(mark + 1);
  const isStatus = operation === "queryaction" || operation === "cancelaction";
  const rest = (mark < 0 ? path : path.slice(0, mark)).split("/");
  const invocation = isStatus ? rest.shift() : undefined;
  const correlation = rest.join("/");
  if (rest.length > MAX_CORRELATION_LEVELS || correlation.length > MAX_CORRELATION_LENGTH) {
    return undefined;
  }
  if (correlation === "" && needsAddress && mark < 0) return undefined;
  return { ...request, invocation, correlation: correlation || undefined, query };
}

/** Whether a topic can be published to: no wildcard, not empty, not the broker's own `$` topics. */
export function isPublishable(topic: string): boolean {
  const isForbidden = topic.includes("\0") || /[+#]/.test(topic) || topic.startsWith("$");
  return topic !== "" && !isForbidden;
}

/** Whether a topic name matches a filter (MQTT 5, 4.7). */
export function topicMatches(filter: string, topic: string): boolean {
  if (topic.startsWith("$") && /^[+#]/.test(filter)) return false;
  const wanted = filter.split("/");
  const levels = topic.split("/");
  for (let i = 0; i < wanted.length; i++) {
    if (wanted[i] === "#") return true;
    if (i >= levels.length) return false;
    if (wanted[i] !== "+" && wanted[i] !== levels[i]) return false;
  }
  return wanted.length === levels.length;
}

export function isWildcard(filter: string): boolean {
  return /(^|\/)[+#](\/|$)/.test(filter);
}
