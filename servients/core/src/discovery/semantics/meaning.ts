/** What a Thing is, measures, and where it is, by IRI: whatever prefixes it is written with. */
export interface ThingMeaning {
  /** Classes of the Thing: `https://saref.etsi.org/core/Sensor`. */
  readonly types: readonly string[];
  /** Classes of its affordances. */
  readonly affordanceTypes: readonly string[];
  /** Units of all its values: an IRI, or the word that stands there (`celsius`). */
  readonly units: readonly string[];
  readonly location: ThingLocation;
}

export interface ThingLocation {
  /** `fog:site`. */
  readonly site: string | null;
  /** `fog:node`. */
  readonly node: string | null;
  /** IRIs and names of what the Thing is in, on or part of. */
  readonly places: readonly string[];
  readonly coordinates: readonly Coordinates[];
}

/** WGS 84, degrees. */
export interface Coordinates {
  readonly latitude: number;
  readonly longitude: number;
}

/** Reads what a Thing Description means. Nothing is ever fetched for it. */
export type ReadMeaning = (td: object) => Promise<ThingMeaning>;
