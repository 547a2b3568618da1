import type { ExposedThing } from "@node-wot/core";

type Json = Record<string, unknown>;

/**
 * The Thing Description as JSON text: what `getThingDescription()` would parse. It is written in one
 * go; node-wot writes, parses and writes it again to leave out and fill in a few members, which is
 * most of what exposing a Thing costs.
 */
export function descriptionText(thing: ExposedThing): string {
  const copy: Json = { ...thing };
  if (isEmpty(copy.security)) {
    copy.securityDefinitions = { nosec_sc: { scheme: "nosec" } };
    copy.security = ["nosec_sc"];
  }
  if (Array.isArray(copy.forms) && copy.forms.length === 0) delete copy.forms;
  for (const [kind, defaults] of Object.entries(DEFAULTS)) {
    const affordances = copy[kind] as Readonly<Record<string, Json>> | null | undefined;
    if (affordances === null || affordances === undefined) continue;
    if (Object.keys(affordances).length === 0) delete copy[kind];
    else if (defaults.length > 0) copy[kind] = withDefaults(affordances, defaults);
  }
  if (Array.isArray(copy.links) && copy.links.length === 0) delete copy.links;
  return JSON.stringify(copy);
}

/** Members that are written down where they are false, too. */
const DEFAULTS = {
  properties: ["readOnly", "writeOnly", "observable"],
  actions: ["safe", "idempotent"],
  events: [],
} as const;

function withDefaults(affordances: Readonly<Record<string, Json>>, names: readonly string[]): Json {
  const all: Json = {};
  for (const [name, affordance] of Object.entries(affordances)) {
    const copy: Json = { ...affordance };
    for (const key of names) if (typeof copy[key] !== "boolean") copy[key] = false;
    // Also where the name is `__proto__`.
    Object.defineProperty(all, name, { value: copy, enumerable: true });
  }
  return all;
}

function isEmpty(security: unknown): boolean {
  if (security === undefined || security === null) return true;
  return (typeof security === "string" || Array.isArray(security)) && security.length === 0;
}
