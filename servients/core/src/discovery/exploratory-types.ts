import type { ThingDescription } from "wot-typescript-definitions";

type Td = Readonly<Record<string, unknown>>;

/** The namespaces that W3C has given the discovery terms in the Recommendation and its contexts. */
const namespaces = [
  "https://www.w3.org/2022/wot/discovery#",
  "https://www.w3.org/2022/wot/discovery-ontology#",
  "https://www.w3.org/2021/wot/discovery#",
];

/** Whether a Thing Description describes a directory. @see discoverer-td-identify */
export function isThingDirectory(td: Td): boolean {
  return hasType(td, "ThingDirectory");
}

/** Whether a Thing Description is but a link to another. @see discoverer-td-identify */
export function isThingLink(td: Td): boolean {
  return hasType(td, "ThingLink");
}

/** Where a Thing Link leads, as it is written. @see exploration-link-description-link */
export function linkedDescriptions(td: Td): string[] {
  const links = Array.isArray(td.links) ? (td.links as ThingDescription["links"]) : [];
  return (links ?? []).flatMap((link) =>
    link?.rel === "describedby" && typeof link.href === "string" ? [link.href] : [],
  );
}

function hasType(td: Td, name: string): boolean {
  const types = [td["@type"]].flat();
  const spellings = [name, ...namespaces.map((namespace) => namespace + name), ...curies(td, name)];
  return spellings.some((spelling) => types.includes(spelling));
}

/** `disco:ThingLink`, where the Thing Description's context has such a prefix. */
function curies(td: Td, name: string): string[] {
  return [td["@context"]].flat().flatMap((part) =>
    typeof part === "object" && part !== null
      ? Object.entries(part)
          .filter(([, iri]) => namespaces.includes(iri as string))
          .map(([prefix]) => `${prefix}:${name}`)
      : [],
  );
}
