import { iriOf, type SemanticIndex } from "@fogwot/thing-descriptions";
import { InputError } from "../../errors";
import { distanceM, type Point } from "./distance";

/** What a Thing is, measures, and where it is, by IRI: whatever prefixes it is written with. */
export type ThingMeaning = Pick<SemanticIndex, "types" | "affordanceTypes" | "units" | "location">;

/** Reads what a Thing Description means. Nothing is ever fetched for it. */
export type ReadMeaning = (td: object) => Promise<ThingMeaning>;

const TD_NAMESPACE = "https://www.w3.org/2019/wot/td#";

/** What is looked for. All of it must hold. */
export interface ThingCriteria {
  /** IRI, CURIE or TD term: a class of the Thing or of one of its affordances. */
  readonly type?: readonly string[];
  /** IRI, CURIE or word: a unit of one of its values. */
  readonly unit?: readonly string[];
  /** Name or IRI of the site, the fog node, or a place that the Thing is at. */
  readonly location?: readonly string[];
  /** `latitude,longitude,radius`: WGS 84 in degrees, metres. */
  readonly near?: readonly string[];
}

export type MeaningTest = (meaning: ThingMeaning) => boolean;

/** @throws InputError for an unknown prefix, or no circle */
export function compileCriteria(criteria: ThingCriteria): MeaningTest {
  const { type = [], unit = [], location = [], near = [] } = criteria;
  const tests: MeaningTest[] = [
    ...type.map((term) => typeTest(namesOf("type", term))),
    ...unit.map((term) => unitTest(namesOf("unit", term))),
    ...location.map(locationTest),
    ...near.map(nearTest),
  ];
  return (meaning) => tests.every((test) => test(meaning));
}

function typeTest(names: readonly string[]): MeaningTest {
  return ({ types, affordanceTypes }) =>
    names.some((name) => types.includes(name) || affordanceTypes.includes(name));
}

function unitTest(names: readonly string[]): MeaningTest {
  return ({ units }) => names.some((name) => units.includes(name));
}

function locationTest(wanted: string): MeaningTest {
  const names = [wanted, iriOf(wanted) ?? wanted];
  return ({ location: { site, node, places } }) =>
    names.some((name) => name === site || name === node || places.includes(name));
}

function nearTest(text: string): MeaningTest {
  const { centre, radiusM } = parseCircle(text);
  return ({ location: { coordinates } }) =>
    coordinates.some((point) => distanceM(centre, point) <= radiusM);
}

/** A word without prefix is itself, or a term of the TD vocabulary. @throws InputError */
function namesOf(parameter: string, term: string): string[] {
  if (!term.includes(":")) return [term, TD_NAMESPACE + term];
  const iri = iriOf(term);
  if (iri !== undefined) return [iri];
  const wanted = "an IRI, or a name with a prefix of TD 1.1 or of our models, such as saref:Sensor";
  throw new InputError({ path: `?${parameter}`, got: term, wanted });
}

/** @throws InputError */
function parseCircle(text: string): { centre: Point; radiusM: number } {
  const parts = text.split(",");
  const [latitude = Number.NaN, longitude = Number.NaN, radiusM = Number.NaN] = parts.map((part) =>
    part.trim() === "" ? Number.NaN : Number(part),
  );
  const isCircle =
    parts.length === 3 &&
    Math.abs(latitude) <= 90 &&
    Math.abs(longitude) <= 180 &&
    radiusM >= 0 &&
    Number.isFinite(radiusM);
  if (isCircle) return { centre: { latitude, longitude }, radiusM };
  const wanted = "latitude,longitude,radius in degrees and metres, such as 52.52,13.40,500";
  throw new InputError({ path: "?near", got: text, wanted });
}
