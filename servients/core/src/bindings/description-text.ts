import type { ExposedThing } from "@node-wot/core";
import { keeperOf } from "./thing-forms";

type Json = Record<string, unknown>;

/**
 * The Thing Description as JSON text: what `getThingDescription()` would parse. It is written in one
 * go; node-wot writes, parses and writes it again to leave out and fill in a few members, which is
 * most of what exposing a Thing costs.
 */
export function descriptionText(thing: ExposedThing): string {
  const splices: string[] = [];
  const copy = copyOf(thing, splices);
  if (isEmpty(copy.security)) {
    copy.securityDefinitions = { nosec_sc: { scheme: "nosec" } };
    copy.security = ["nosec_sc"];
  }
  if (Array.isArray(copy.forms) && copy.forms.length === 0) delete copy.forms;
  for (const [kind, defaults] of Object.entries(DEFAULTS)) {
    const affordances = copy[kind] as Readonly<Record<string, Json>> | null | undefined;
    if (affordances === null || affordances === undefined) continue;
    if (Object.keys(affordances).length === 0) delete copy[kind];
    else copy[kind] = withDefaults(affordances, defaults, splices);
  }
  if (Array.isArray(copy.links) && copy.links.length === 0) delete copy.links;
  const text = JSON.stringify(copy);
  if (splices.length === 0) return text;
  const whole = text.replace(SPLICE, (mark, index: string) => splices[Number(index)] ?? mark);
  return keeperOf(thing)?.owner.fill(whole) ?? whole;
}

/** Control characters that nobody else writes. */
const SPLICE = /"\\u0003(\d+)\\u0004"/g;

/** A copy; forms that are kept as text stay text, for which a mark stands. */
function copyOf(holder: object, splices: string[]): Json {
  const keeper = keeperOf(holder);
  const text = keeper?.owner.textAt(keeper.at);
  if (text === undefined) return { ...holder };
  const copy: Json = {};
  for (const key of Object.keys(holder)) {
    if (key === "forms") copy.forms = undefined;
    else define(copy, key, (holder as Json)[key]);
  }
  if (text !== "[]" || keeper?.at !== "") copy.forms = `\u0003${splices.push(text) - 1}\u0004`;
  return copy;
}

/** Members that are written down where they are false, too. */
const DEFAULTS = {
  properties: ["readOnly", "writeOnly", "observable"],
  actions: ["safe", "idempotent"],
  events: [],
} as const;

function withDefaults(
  affordances: Readonly<Record<string, Json>>,
  names: readonly string[],
  splices: string[],
): Json {
  const all: Json = {};
  for (const [name, affordance] of Object.entries(affordances)) {
    const copy = copyOf(affordance, splices);
    for (const key of names) if (typeof copy[key] !== "boolean") copy[key] = false;
    define(all, name, copy);
  }
  return all;
}

/** Also where the name is `__proto__`. */
function define(holder: Json, name: string, value: unknown): void {
  if (name !== "__proto__") holder[name] = value;
  else Object.defineProperty(holder, name, { value, enumerable: true, writable: true });
}

function isEmpty(security: unknown): boolean {
  if (security === undefined || security === null) return true;
  return (typeof security === "string" || Array.isArray(security)) && security.length === 0;
}
