import type { DocumentKind } from "./schemas";

type Segments = readonly string[];

/**
 * Assertions of TD 1.1 by place: the first pattern that fits names the rule. `*` is any one segment,
 * a trailing `**` any number of them.
 */
const RULES: readonly (readonly [pattern: string, rule: string])[] = [
  ["@context", "td-context"],
  ["id", "td-vocab-id--Thing"],
  ["title", "td-vocab-title--Thing"],
  ["version/**", "td-vocab-version--Thing"],
  ["created", "td-datetime-type"],
  ["modified", "td-datetime-type"],
  ["security/**", "td-security-activation"],
  ["securityDefinitions", "td-vocab-securityDefinitions--Thing"],
  ["securityDefinitions/*/scheme", "td-security-scheme-name"],
  ["securityDefinitions/**", "td-security-schemes"],
  ["forms/*/op/**", "td-op-for-thing"],
  ["properties/*/forms/*/op/**", "td-op-for-property"],
  ["actions/*/forms/*/op/**", "td-op-for-action"],
  ["events/*/forms/*/op/**", "td-op-for-event"],
  ["*/*/forms/*/**", "td-forms"],
  ["forms/*/**", "td-forms"],
  ["properties/*/forms", "td-property-arrays"],
  ["actions/*/forms", "td-action-arrays"],
  ["events/*/forms", "td-event-arrays"],
  ["properties", "td-properties"],
  ["properties/*", "td-property-names"],
  ["actions", "td-actions"],
  ["actions/*", "td-action-names"],
  ["events", "td-events"],
  ["events/*", "td-event-names"],
  ["links/**", "td-links"],
  ["tm:optional/**", "tm-tmOptional-JSONPointer"],
  ["@type", "tm-identification"],
  ["properties/*/@type/**", "td-vocab-at-type--InteractionAffordance"],
  ["actions/*/@type/**", "td-vocab-at-type--InteractionAffordance"],
  ["events/*/@type/**", "td-vocab-at-type--InteractionAffordance"],
  ["properties/*/**", "td-data-schema"],
  ["actions/*/**", "td-data-schema"],
  ["events/*/**", "td-data-schema"],
  ["schemaDefinitions/**", "td-data-schema"],
  ["uriVariables/**", "td-uriVariables-dataschema"],
];

/** The rule a structural fault at this place breaks; W3C's schema itself where none is more exact. */
export function ruleAt(segments: Segments, kind: DocumentKind): string {
  if (kind === "tm" && segments[0] === "version") return "tm-versioning-2";
  if (kind === "tm" && segments[0] === "@context") return "tm-context-requirement";
  const found = RULES.find(([pattern]) => fits(pattern.split("/"), segments));
  return found?.[1] ?? `${kind}-json-schema`;
}

function fits(pattern: Segments, segments: Segments): boolean {
  const open = pattern.at(-1) === "**";
  const fixed = open ? pattern.slice(0, -1) : pattern;
  if (open ? segments.length < fixed.length : segments.length !== fixed.length) return false;
  return fixed.every((part, i) => part === "*" || part === segments[i]);
}
