import { InputError } from "../../errors";

/** What a Thing is looked for by besides what it means. All of it must hold. */
export interface ThingState {
  /** `online`, `degraded`, `offline` or `unknown`. */
  readonly availability?: readonly string[];
  /** Date-time of RFC 3339: the Thing has been heard since then. */
  readonly seenSince?: readonly string[];
}

/** What a directory says of a registered Thing. */
export interface RegisteredState {
  readonly "fog:availability"?: unknown;
  readonly "fog:lastSeen"?: unknown;
  readonly modified?: unknown;
}

const AVAILABILITIES: readonly string[] = ["online", "degraded", "offline", "unknown"];

/** @throws InputError for an availability or a date-time that is none */
export function compileState(state: ThingState): (registration: RegisteredState) => boolean {
  const { availability = [], seenSince = [] } = state;
  for (const one of availability) {
    if (AVAILABILITIES.includes(one)) continue;
    throw new InputError({ path: "?availability", got: one, wanted: AVAILABILITIES.join(", ") });
  }
  const sinceMs = seenSince.map((text) => {
    const ms = Date.parse(text);
    if (Number.isFinite(ms)) return ms;
    throw new InputError({ path: "?seenSince", got: text, wanted: "a date-time (RFC 3339)" });
  });
  return (registration) => {
    const { "fog:availability": available, "fog:lastSeen": lastSeen, modified } = registration;
    const seenMs = Date.parse(String(lastSeen ?? modified));
    return (
      availability.every((one) => one === (available ?? "unknown")) &&
      sinceMs.every((ms) => seenMs >= ms)
    );
  };
}
