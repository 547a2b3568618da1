import { isDeepStrictEqual } from "node:util";
import { semanticIndex } from "@fogwot/thing-descriptions";
import type { ThingDescription } from "wot-typescript-definitions";
import { compileCriteria, type ReadMeaning, type ThingCriteria } from "./semantics/criteria";
import { compileState, type RegisteredState, type ThingState } from "./semantics/state";

/** Which Things are wanted. All of it must hold. */
export interface ThingQuery extends ThingCriteria, ThingState {
  /** A template: what it holds, the Thing Description holds. @see Scripting API, ThingFilter */
  readonly fragment?: object;
  readonly predicate?: (td: ThingDescription) => boolean;
}

export type ThingTest = (td: ThingDescription) => Promise<boolean>;

/**
 * @param readMeaning asked only where the query is about meaning: JSON-LD expansion is not cheap
 * @throws InputError
 */
export function compileQuery(
  query: ThingQuery,
  readMeaning: ReadMeaning = semanticIndex,
): ThingTest {
  const { fragment, predicate, availability, seenSince, ...criteria } = query;
  const state = { ...(availability ? { availability } : {}), ...(seenSince ? { seenSince } : {}) };
  const isInState = compileState(state);
  const isMeant = compileCriteria(criteria);
  const asksMeaning = Object.values(criteria).some((list) => list && list.length > 0);
  return async (td) => {
    if (fragment && !contains(td, fragment)) return false;
    if (predicate && !predicate(td)) return false;
    if (!isInState((td as { registration?: RegisteredState }).registration ?? {})) return false;
    return !asksMeaning || isMeant(await readMeaning(td));
  };
}

/** Objects hold the members of the template, arrays hold its elements, in any order. */
function contains(value: unknown, template: unknown): boolean {
  if (Array.isArray(template)) {
    const elements = [value].flat();
    return template.every((wanted) => elements.some((element) => contains(element, wanted)));
  }
  if (typeof template === "object" && template !== null) {
    if (typeof value !== "object" || value === null) return false;
    const members = value as Readonly<Record<string, unknown>>;
    return Object.entries(template).every(
      ([name, wanted]) => Object.hasOwn(members, name) && contains(members[name], wanted),
    );
  }
  // JSON-LD writes one as it writes a list of one.
  return Array.isArray(value) ? value.includes(template) : isDeepStrictEqual(value, template);
}
