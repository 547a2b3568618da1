import { PayloadTooLargeError } from "@fogwot/core";
import { withDiscoveryContext } from "./enriched-context";
import type { Entry } from "./entry";
import { ROOT_FIELD, ThingDescriptionRejectedError, type ValidationError } from "./errors";
import { type Lifetime, readLifetime } from "./registration";

/** What a client sent, found good: the text to keep, and how long. */
export interface Submission {
  readonly tdJson: string;
  readonly lifetime: Lifetime;
}

export interface SubmissionRules {
  /** What is wrong with a Thing Description; empty when it is valid. */
  readonly validate: (td: Readonly<Record<string, unknown>>) => readonly ValidationError[];
  readonly maxThingBytes: number;
}

const maxIdCharacters = 2048;

/**
 * Checks a Thing Description that is to be registered under an id.
 *
 * @param previous what is registered there now: its Thing Description needs no second check
 * @throws ThingDescriptionRejectedError with every offence, PayloadTooLargeError
 */
export function checkSubmission(
  id: string,
  submitted: unknown,
  rules: SubmissionRules,
  previous: Entry | undefined,
): Submission {
  if (!isObject(submitted)) {
    throw new ThingDescriptionRejectedError([
      { field: ROOT_FIELD, description: "must be an object" },
    ]);
  }
  const { registration, ...td } = submitted as Record<string, unknown>;
  // Whoever registered an Anonymous TD may know its id from the URL alone.
  if (td.id === undefined && previous?.isAnonymous) td.id = id;
  const errors: ValidationError[] = [];
  if (td.id !== id) errors.push({ field: "/id", description: `must be the id of the URL, ${id}` });
  if (id.length > maxIdCharacters) {
    errors.push({ field: "/id", description: `must have at most ${maxIdCharacters} characters` });
  }
  const lifetime = readLifetime(registration);
  if (isErrors(lifetime)) errors.push(...lifetime);
  const enriched = { ...td, "@context": withDiscoveryContext(td["@context"]) };
  const tdJson = JSON.stringify("@context" in td ? enriched : td);
  if (tdJson !== previous?.tdJson) errors.push(...rules.validate(td));
  if (errors.length > 0 || isErrors(lifetime)) throw new ThingDescriptionRejectedError(errors);
  if (Buffer.byteLength(tdJson) > rules.maxThingBytes) {
    throw new PayloadTooLargeError(rules.maxThingBytes);
  }
  return { tdJson, lifetime };
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isErrors(
  value: Lifetime | readonly ValidationError[],
): value is readonly ValidationError[] {
  return Array.isArray(value);
}
