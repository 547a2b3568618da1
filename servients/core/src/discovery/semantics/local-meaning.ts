import { iriOf, TD_NAMESPACE } from "./iris";
import type { Coordinates, ThingMeaning } from "./meaning";

type Json = Readonly<Record<string, unknown>>;

const FOG = "https://fogwot.dev/ns#";
const GEO = "http://www.w3.org/2003/01/geo/wgs84_pos#";
const schemas = ["http://schema.org/", "https://schema.org/"];
const placeRelations: ReadonlySet<string> = new Set([
  ...schemas.flatMap((schema) => [`${schema}location`, `${schema}containedInPlace`]),
  `${GEO}location`,
  "https://brickschema.org/schema/Brick#hasLocation",
  "http://purl.org/dc/terms/spatial",
]);
const nameRelations: ReadonlySet<string> = new Set([
  ...schemas.map((schema) => `${schema}name`),
  "http://www.w3.org/2000/01/rdf-schema#label",
]);
const coordinatePairs = [
  [`${GEO}lat`, `${GEO}long`],
  ...schemas.map((schema) => [`${schema}latitude`, `${schema}longitude`]),
];
const affordances = ["properties", "actions", "events"];

/**
 * Reads classes, units and places by the prefixes that a Thing Description's own context declares.
 * Terms that a context renames are not seen: that takes JSON-LD expansion.
 */
export async function readLocalMeaning(td: object): Promise<ThingMeaning> {
  const thing = td as Json;
  const prefixes = prefixesOf(thing["@context"]);
  const expand = (name: string) => iriOf(name, prefixes) ?? name;
  const found = new Collector(expand);
  for (const [name, value] of Object.entries(thing)) {
    if (!affordances.includes(name)) found.readPlaces(name, value);
  }
  found.readCoordinates(thing);
  const units = new Set<string>();
  const affordanceTypes = new Set<string>();
  for (const affordance of affordances.flatMap((kind) => Object.values(asObject(thing[kind])))) {
    for (const type of textsIn(asObject(affordance)["@type"])) affordanceTypes.add(expand(type));
    readUnits(affordance, expand, units);
  }
  const textOf = (iri: string) =>
    Object.entries(thing).find(([name]) => expand(name) === iri)?.[1] as unknown;
  const [site, node] = [textOf(`${FOG}site`), textOf(`${FOG}node`)];
  return {
    types: textsIn(thing["@type"]).map((type) =>
      type.includes(":") ? expand(type) : TD_NAMESPACE + type,
    ),
    affordanceTypes: [...affordanceTypes].sort(),
    units: [...units].sort(),
    location: {
      site: typeof site === "string" ? site : null,
      node: typeof node === "string" ? node : null,
      places: [...found.places].sort(),
      coordinates: found.coordinates,
    },
  };
}

class Collector {
  readonly places = new Set<string>();
  readonly coordinates: Coordinates[] = [];
  readonly #expand: (name: string) => string;

  constructor(expand: (name: string) => string) {
    this.#expand = expand;
  }

  readPlaces(name: string, value: unknown): void {
    if (!placeRelations.has(this.#expand(name))) return;
    for (const place of [value].flat()) {
      if (typeof place === "string") this.places.add(this.#expand(place));
      const node = asObject(place);
      this.readCoordinates(node);
      for (const [inner, text] of Object.entries(node)) {
        if (inner === "@id" || inner === "id") this.places.add(this.#expand(String(text)));
        else if (nameRelations.has(this.#expand(inner))) this.places.add(String(text));
        else this.readPlaces(inner, text);
      }
    }
  }

  readCoordinates(node: Json): void {
    const values = new Map(
      Object.entries(node).map(([name, value]) => [this.#expand(name), value]),
    );
    for (const [latitudeIri = "", longitudeIri = ""] of coordinatePairs) {
      const [latitude, longitude] = [values.get(latitudeIri), values.get(longitudeIri)].map(Number);
      if (latitude === undefined || longitude === undefined) continue;
      if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) continue;
      this.coordinates.push({ latitude, longitude });
    }
  }
}

/** Iterative: how deep a description nests is not for the stack to find out. */
function readUnits(
  affordance: unknown,
  expand: (name: string) => string,
  units: Set<string>,
): void {
  const open: unknown[] = [affordance];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value !== "object" || value === null) continue;
    const { unit } = value as Json;
    if (typeof unit === "string") units.add(expand(unit));
    open.push(...Object.values(value).filter((inner) => typeof inner === "object"));
  }
}

/** Later parts of a context win. */
function prefixesOf(context: unknown): ReadonlyMap<string, string> {
  return new Map(
    [context].flat().flatMap((part) =>
      Object.entries(asObject(part)).flatMap(([prefix, meaning]) => {
        const iri = typeof meaning === "string" ? meaning : asObject(meaning)["@id"];
        return typeof iri === "string" ? [[prefix, iri] as const] : [];
      }),
    ),
  );
}

function textsIn(value: unknown): string[] {
  return [value].flat().filter((text): text is string => typeof text === "string");
}

function asObject(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Json)
    : {};
}
