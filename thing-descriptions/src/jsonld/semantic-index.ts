import { type ExpandOptions, expand } from "./expand";
import { descendants, type Node, textsOf, typesOf, valuesOf } from "./graph";
import { locationOf, type ThingLocation } from "./location";

/** What a Thing is, has and measures, by IRI: to be searched without regard to how it is written. */
export interface SemanticIndex {
  /** Absolute IRI, where the Thing has an id. */
  readonly id: string | null;
  /** Classes of the Thing: `https://saref.etsi.org/core/Sensor`. Sorted, as all lists here. */
  readonly types: readonly string[];
  /** Classes of its affordances. */
  readonly affordanceTypes: readonly string[];
  /** Units of all its values: an IRI, or the word that stands there (`celsius`). */
  readonly units: readonly string[];
  readonly location: ThingLocation;
  readonly affordances: readonly AffordanceIndex[];
  /** Contexts that are not at hand: their terms are missing here. */
  readonly unknownContexts: readonly string[];
}

export interface AffordanceIndex {
  readonly kind: "property" | "action" | "event";
  readonly name: string;
  readonly types: readonly string[];
  readonly units: readonly string[];
}

const TD = "https://www.w3.org/2019/wot/td#";
const JSON_SCHEMA = "https://www.w3.org/2019/wot/json-schema#";
const UNIT = "http://schema.org/unitCode";
const KINDS = {
  property: `${TD}hasPropertyAffordance`,
  action: `${TD}hasActionAffordance`,
  event: `${TD}hasEventAffordance`,
} as const;

/**
 * Reads a Thing Description as the graph it is. Unlike `expand()` it passes over contexts that are
 * not at hand: what the others say can still be found.
 *
 * @throws ExpansionLimitError, JsonLdError
 */
export async function semanticIndex(
  td: object,
  options: ExpandOptions = {},
): Promise<SemanticIndex> {
  const { nodes, unknownContexts } = await expand(td, { unknownContexts: "ignore", ...options });
  const [thing = {}] = nodes;
  const affordances = affordancesOf(thing);
  return {
    id: typeof thing["@id"] === "string" ? thing["@id"] : null,
    types: typesOf(thing).toSorted(),
    affordanceTypes: union(affordances.map(({ types }) => types)),
    units: union(affordances.map(({ units }) => units)),
    location: locationOf(thing),
    affordances,
    unknownContexts,
  };
}

function affordancesOf(thing: Node): AffordanceIndex[] {
  return Object.entries(KINDS).flatMap(([kind, iri]) =>
    valuesOf(thing, iri).map((affordance) => ({
      kind: kind as AffordanceIndex["kind"],
      name: textsOf(affordance, `${TD}name`)[0] ?? "",
      // The type of a value (an IntegerSchema) is written as a class too, and is none of the affordance's.
      types: typesOf(affordance)
        .filter((type) => !type.startsWith(JSON_SCHEMA))
        .toSorted(),
      units: union([...descendants(affordance)].map(unitsOf)),
    })),
  );
}

function unitsOf(node: Node): string[] {
  return valuesOf(node, UNIT).flatMap((unit) => {
    const iri = unit["@id"];
    if (typeof iri !== "string") return [];
    // A word without prefix is made an IRI of the schema vocabulary, which defines no unit.
    return [iri.startsWith(JSON_SCHEMA) ? iri.slice(JSON_SCHEMA.length) : iri];
  });
}

function union(lists: readonly (readonly string[])[]): string[] {
  return [...new Set(lists.flat())].sort();
}
