/** Placeholder of the correlation in the `fog:` topic templates: one or two topic levels. */
export const CORRELATION = "{corr}";

/** Longest correlation a Servient answers to, in characters. */
const MAX_CORRELATION_LENGTH = 128;

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
export function requestFilters(base: string, has: { actions: boolean; properties: boolean }) {
  return [
    ...(has.actions ? [`${base}/actions/+`, `${base}/actions/+/request/#`] : []),
    ...(has.properties ? [`${base}/properties/+/get/#`, `${base}/properties/+/set/#`] : []),
  ];
}

export interface RequestTopic {
  readonly operation: "invokeaction" | "readproperty" | "writeproperty";
  readonly base: string;
  /** Topic of the affordance, under which the answers go. */
  readonly affordance: string;
  readonly name: string;
  /** Missing in a request without an address of its own. */
  readonly correlation: string | undefined;
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
  const levels = topic.split("/");
  for (let i = 1; i < levels.length - 1; i++) {
    const kind = levels[i];
    if (kind !== "actions" && kind !== "properties") continue;
    const base = levels.slice(0, i).join("/");
    // A Thing's path may hold a level of that name itself.
    if (isThing(base)) return parseBelow(base, kind, levels.slice(i + 1));
  }
  return undefined;
}

function parseBelow(
  base: string,
  kind: "actions" | "properties",
  [level = "", verb, ...rest]: string[],
): RequestTopic | undefined {
  const name = levelName(level);
  const operation = operationOf(kind, verb);
  if (!name || !operation) return undefined;
  const correlation = rest.join("/");
  if (rest.length > 2 || correlation.length > MAX_CORRELATION_LENGTH) return undefined;
  if (verb === "request" && correlation === "") return undefined;
  return {
    operation,
    base,
    affordance: `${base}/${kind}/${level}`,
    name,
    correlation: correlation === "" ? undefined : correlation,
  };
}

function operationOf(
  kind: "actions" | "properties",
  verb: string | undefined,
): RequestTopic["operation"] | undefined {
  if (kind === "actions")
    return verb === undefined || verb === "request" ? "invokeaction" : undefined;
  if (verb === "get") return "readproperty";
  return verb === "set" ? "writeproperty" : undefined;
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
