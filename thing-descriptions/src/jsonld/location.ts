import { literalOf, type Node, numberOf, textsOf, valuesOf } from "./graph";

/** Where a Thing is, as far as its description says so in a vocabulary known here. */
export interface ThingLocation {
  /** `fog:site`, `fog:node`, `fog:wsn`. */
  readonly site: string | null;
  readonly node: string | null;
  readonly wsn: string | null;
  /** IRIs and names of rooms, buildings, machines, platforms: what the Thing is in, on or part of. */
  readonly places: readonly string[];
  /** WGS 84, degrees and metres. */
  readonly coordinates: readonly Coordinates[];
}

export interface Coordinates {
  readonly latitude: number;
  readonly longitude: number;
  readonly altitudeM: number | null;
}

const FOG = "https://fogwot.dev/ns#";
const GEO = "http://www.w3.org/2003/01/geo/wgs84_pos#";
const GEOSPARQL = "http://www.opengis.net/ont/geosparql#";
/** schema.org is written with either scheme. */
const SCHEMA = ["http://schema.org/", "https://schema.org/"] as const;

const PLACE_RELATIONS: readonly string[] = [
  ...SCHEMA.flatMap((schema) => [`${schema}location`, `${schema}containedInPlace`]),
  `${GEO}location`,
  "http://www.w3.org/ns/sosa/isHostedBy",
  "http://www.w3.org/ns/ssn/hasDeployment",
  "https://saref.etsi.org/saref4bldg/isContainedIn",
  "https://saref.etsi.org/core/isLocatedIn",
  "https://w3id.org/bot#isElementOf",
  "https://brickschema.org/schema/Brick#hasLocation",
  "https://brickschema.org/schema/Brick#isPartOf",
  "http://purl.org/dc/terms/isPartOf",
  "http://purl.org/dc/terms/spatial",
];
const NAMES: readonly string[] = [
  ...SCHEMA.map((schema) => `${schema}name`),
  "http://www.w3.org/2000/01/rdf-schema#label",
  "http://purl.org/dc/terms/title",
  "https://www.w3.org/2019/wot/td#title",
  // What `name` is inside a Thing Description that says no more.
  "https://www.w3.org/2019/wot/td#name",
];
/** From a Thing or place to a node that has coordinates, or is a place around it. */
const GEOMETRY_RELATIONS: readonly string[] = [
  ...SCHEMA.map((schema) => `${schema}geo`),
  `${GEOSPARQL}hasGeometry`,
  `${GEOSPARQL}hasDefaultGeometry`,
];
/** A room in a hall in a plant in a town. */
const MOST_STEPS = 8;

export function locationOf(thing: Node): ThingLocation {
  const places = new Set<string>();
  const coordinates: Coordinates[] = [];
  collect(thing, places, coordinates, 0);
  const [site = null] = textsOf(thing, `${FOG}site`);
  const [node = null] = textsOf(thing, `${FOG}node`);
  const [wsn = null] = textsOf(thing, `${FOG}wsn`);
  return { site, node, wsn, places: [...places].sort(), coordinates };
}

function collect(node: Node, places: Set<string>, found: Coordinates[], steps: number): void {
  const own = coordinatesOf(node);
  if (own) found.push(own);
  if (steps >= MOST_STEPS) return;
  for (const relation of GEOMETRY_RELATIONS) {
    for (const geometry of valuesOf(node, relation)) collect(geometry, places, found, steps + 1);
  }
  for (const relation of PLACE_RELATIONS) {
    for (const place of valuesOf(node, relation)) {
      const literal = literalOf(place);
      if (typeof literal === "string") places.add(literal);
      if (typeof place["@id"] === "string") places.add(place["@id"]);
      for (const name of NAMES) for (const text of textsOf(place, name)) places.add(text);
      collect(place, places, found, steps + 1);
    }
  }
}

function coordinatesOf(node: Node): Coordinates | undefined {
  const pairs = [
    [`${GEO}lat`, `${GEO}long`, `${GEO}alt`],
    ...SCHEMA.map((schema) => [`${schema}latitude`, `${schema}longitude`, `${schema}elevation`]),
  ] as const;
  for (const [latitudeIri = "", longitudeIri = "", altitudeIri = ""] of pairs) {
    const latitude = numberOf(node, latitudeIri);
    const longitude = numberOf(node, longitudeIri);
    if (latitude === undefined || longitude === undefined) continue;
    return within(latitude, longitude, numberOf(node, altitudeIri));
  }
  const [wkt = ""] = textsOf(node, `${GEOSPARQL}asWKT`);
  // Well-known text has the longitude first.
  const point = /\bPOINT\s*Z?\s*\(\s*(\S+)\s+([^\s)]+)(?:\s+([^\s)]+))?\s*\)/i.exec(wkt);
  if (!point) return undefined;
  const [longitude, latitude, altitude] = point.slice(1).map(Number);
  return within(latitude ?? Number.NaN, longitude ?? Number.NaN, altitude);
}

function within(
  latitude: number,
  longitude: number,
  altitude: number | undefined,
): Coordinates | undefined {
  if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) return undefined;
  const altitudeM = altitude !== undefined && Number.isFinite(altitude) ? altitude : null;
  return { latitude, longitude, altitudeM };
}
