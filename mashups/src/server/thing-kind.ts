import type { SensedThing } from "../sensing";

type Td = Readonly<Record<string, unknown>>;
export type ThingKind = "device" | "network" | "node" | "other";

/** Namespace of our own terms; its prefix is whatever a Thing Description's context says. */
const vocabulary = "https://fogwot.dev/ns#";

const kinds: Readonly<Record<string, ThingKind>> = {
  Device: "device",
  Network: "network",
  Node: "node",
};

/** What a Thing is, told by its semantic type alone. */
export function thingKind(td: Td): ThingKind {
  const prefixes = vocabularyPrefixes(td["@context"]);
  for (const type of [td["@type"]].flat()) {
    if (typeof type !== "string") continue;
    const prefix = prefixes.find((candidate) => type.startsWith(candidate));
    const kind = prefix === undefined ? undefined : kinds[type.slice(prefix.length)];
    if (kind) return kind;
  }
  return "other";
}

/**
 * The Thing as the sensing mash-up takes it; undefined when it has no `getData` to ask.
 *
 * A Thing of another maker is sensed too, as long as it offers `getData`.
 */
export function toSensedThing(
  td: Td & { readonly id: string },
  site: string,
): SensedThing | undefined {
  const kind = thingKind(td);
  const actions = (td.actions ?? {}) as Td;
  if (kind === "network" || kind === "node" || !Object.hasOwn(actions, "getData")) return undefined;
  return { id: deviceId(td.id, site), wsn: wsnOf(td), td: td as unknown as SensedThing["td"] };
}

/** `urn:fogwot:factory:wifi-1` → `wifi-1`; the id of a Thing of another maker is its own name. */
export function deviceId(thingId: string, site: string): string {
  const own = `urn:fogwot:${site}:`;
  return thingId.startsWith(own) && thingId.length > own.length
    ? thingId.slice(own.length)
    : thingId;
}

function wsnOf(td: Td): string {
  for (const prefix of vocabularyPrefixes(td["@context"])) {
    const value = td[`${prefix}wsn`];
    if (typeof value === "string" && value !== "") return value;
  }
  return "other";
}

/** `fog:` and the like, and the namespace itself. */
function vocabularyPrefixes(context: unknown): string[] {
  const prefixes = [context].flat().flatMap((part) =>
    typeof part === "object" && part !== null
      ? Object.entries(part)
          .filter(([, iri]) => iri === vocabulary)
          .map(([prefix]) => `${prefix}:`)
      : [],
  );
  return [...prefixes, vocabulary];
}
