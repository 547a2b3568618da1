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

/**
 * Where the answers to a request go.
 * @param replies topic below which each user gets them alone; the correlation begins with the user
 * @param subject topic that was asked
 */
export function answerTopics(replies: string | undefined, subject: string, correlation: string) {
  if (replies === undefined) {
    return {
      responseTopic: `${subject}/response/${correlation}`,
      errorTopic: `${subject}/error/${correlation}`,
    };
  }
  const responseTopic = `${replies}/${correlation}`;
  return { responseTopic, errorTopic: `${responseTopic}/error` };
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
    const kind = KINDS.find((one) => isLevel(topic, end + 1, one));
    // A Thing's path may hold a level named like ours itself.
    if (kind === undefined || !isThing(topic.slice(0, end))) continue;
    return parseBelow(topic, topic.slice(0, end), kind, end + 1 + kind.length);
  }
  return undefined;
}

const KINDS = ["actions", "properties", "get", "set", "query"] as const;
type Kind = (typeof KINDS)[number];

function isLevel(topic: string, start: number, name: string): boolean {
  if (!topic.startsWith(name, start)) return false;
  const end = start + name.length;
  return end === topic.length || topic[end] === "/";
}

/** @param at where the kind ends */
function parseBelow(topic: string, base: string, kind: Kind, at: number): RequestTopic | undefined {
  if (kind !== "actions" && kind !== "properties") {
    return addressed(topic, at, THING_OPERATIONS[kind], base, base, "");
  }
  const nameEnd = levelEnd(topic, at);
  const level = topic.slice(at + 1, nameEnd);
  const name = levelName(level);
  const subject = topic.slice(0, nameEnd);
  if (!name) return undefined;
  if (nameEnd === topic.length) {
    // An invocation without an address; the value of a property is no request.
    return kind === "actions"
      ? addressed(topic, nameEnd, "invokeaction", base, subject, name)
      : undefined;
  }
  const verbEnd = levelEnd(topic, nameEnd);
  const verb = topic.slice(nameEnd + 1, verbEnd);
  const operation = (kind === "actions" ? ACTION_OPERATIONS : PROPERTY_OPERATIONS).get(verb);
  // Without an address it would stand on the action's own topic.
  if (!operation || (verb === "request" && verbEnd >= topic.length - 1)) return undefined;
  return addressed(topic, verbEnd, operation, base, subject, name);
}

/** Where the level that begins behind the slash at `slash` ends. */
function levelEnd(topic: string, slash: number): number {
  const end = topic.indexOf("/", slash + 1);
  return end < 0 ? topic.length : end;
}

const THING_OPERATIONS = {
  get: "readmultipleproperties",
  set: "writemultipleproperties",
  query: "queryallactions",
} as const;

const PROPERTY_OPERATIONS: ReadonlyMap<string, RequestOperation> = new Map([
  ["get", "readproperty"],
  ["set", "writeproperty"],
]);

const ACTION_OPERATIONS: ReadonlyMap<string, RequestOperation> = new Map([
  ["request", "invokeaction"],
  ["query", "queryaction"],
  ["cancel", "cancelaction"],
]);

/** What stands behind the verb, which ends at `at`: an invocation, the correlation, a query. */
function addressed(
  topic: string,
  at: number,
  operation: RequestOperation,
  base: string,
  subject: string,
  name: string,
): RequestTopic | undefined {
  const mark = topic.indexOf("?", at);
  const end = mark < 0 ? topic.length : mark;
  const query = mark < 0 ? "" : topic.slice(mark + 1);
  let start = at + 1;
  let invocation: string | undefined;
  if (operation === "queryaction" || operation === "cancelaction") {
    const slash = levelEnd(topic, at);
    invocation = topic.slice(start, Math.min(slash, end));
    start = slash + 1;
  }
  const correlation = start < end ? topic.slice(start, end) : undefined;
  if (correlation !== undefined && !isCorrelation(correlation)) return undefined;
  return { operation, base, subject, name, invocation, correlation, query };
}

function isCorrelation(text: string): boolean {
  if (text.length > MAX_CORRELATION_LENGTH) return false;
  let levels = 1;
  for (let at = text.indexOf("/"); at >= 0; at = text.indexOf("/", at + 1)) levels++;
  return levels <= MAX_CORRELATION_LEVELS;
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
