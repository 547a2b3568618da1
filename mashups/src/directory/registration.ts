import { parseDateTime } from "./date-time";
import type { ValidationError } from "./errors";

/**
 * What a directory knows about a registration.
 *
 * @see W3C WoT Discovery, "Registration Information"
 */
export interface Registration {
  readonly created: string;
  /** Last time the Thing was put or patched, a mere refresh included: the Thing's sign of life. */
  readonly modified: string;
  /** End of the registration; without it, it never expires. */
  readonly expires?: string;
  /** Time to live, in seconds, counted from `modified`. */
  readonly ttl?: number;
  /** Whether the Thing can be used, as whoever registered it says. */
  readonly "fog:availability"?: Availability;
  /** When the Thing itself was heard last, as whoever registered it says. */
  readonly "fog:lastSeen"?: string;
}

export const AVAILABILITIES = ["online", "degraded", "offline", "unknown"] as const;
export type Availability = (typeof AVAILABILITIES)[number];

/** What a client may say about its registration. `ttl` wins over `expires`. */
export interface Lifetime {
  readonly ttl?: number;
  readonly expiresMs?: number;
  readonly availability?: Availability;
  readonly lastSeenMs?: number;
}

const maxTtlSeconds = 10 * 365 * 24 * 3600;
const times = ["created", "modified", "expires", "retrieved", "fog:lastSeen"] as const;

/**
 * Reads the `registration` member of a submitted Thing Description. What only the directory sets is
 * checked for its form and otherwise ignored, so that what was retrieved can be sent back.
 *
 * @returns every offence, or the lifetime
 */
export function readLifetime(registration: unknown): Lifetime | readonly ValidationError[] {
  if (registration === undefined) return {};
  if (typeof registration !== "object" || registration === null || Array.isArray(registration)) {
    return [{ field: "/registration", description: "must be an object" }];
  }
  const members = registration as Readonly<Record<string, unknown>>;
  const errors: ValidationError[] = [];
  for (const name of times) {
    if (members[name] === undefined || parseDateTime(members[name]) !== undefined) continue;
    const description = "must be a date-time with an offset (RFC 3339)";
    errors.push({ field: `/registration/${name}`, description });
  }
  const { ttl, expires } = members;
  if (ttl !== undefined && !(typeof ttl === "number" && ttl > 0 && ttl <= maxTtlSeconds)) {
    const description = `must be a number of seconds, more than 0 and at most ${maxTtlSeconds}`;
    errors.push({ field: "/registration/ttl", description });
  }
  const { "fog:availability": availability, "fog:lastSeen": lastSeen } = members;
  if (availability !== undefined && !isAvailability(availability)) {
    const description = `must be one of ${AVAILABILITIES.join(", ")}`;
    errors.push({ field: "/registration/fog:availability", description });
  }
  if (errors.length > 0) return errors;
  const expiresMs = parseDateTime(expires);
  const lastSeenMs = parseDateTime(lastSeen);
  return {
    ...(typeof ttl === "number" ? { ttl } : expiresMs === undefined ? {} : { expiresMs }),
    ...(isAvailability(availability) ? { availability } : {}),
    ...(lastSeenMs === undefined ? {} : { lastSeenMs }),
  };
}

function isAvailability(value: unknown): value is Availability {
  return AVAILABILITIES.some((one) => one === value);
}

export function register(
  lifetime: Lifetime,
  nowMs: number,
  previous: Registration | undefined,
): Registration {
  const modified = new Date(nowMs).toISOString();
  const expiresMs = lifetime.ttl === undefined ? lifetime.expiresMs : nowMs + lifetime.ttl * 1000;
  return {
    created: previous?.created ?? modified,
    modified,
    ...(expiresMs === undefined ? {} : { expires: new Date(expiresMs).toISOString() }),
    ...(lifetime.ttl === undefined ? {} : { ttl: lifetime.ttl }),
    ...(lifetime.availability === undefined ? {} : { "fog:availability": lifetime.availability }),
    ...(lifetime.lastSeenMs === undefined
      ? {}
      : { "fog:lastSeen": new Date(lifetime.lastSeenMs).toISOString() }),
  };
}

/**
 * As it is served: with the availability of every Thing, and when it was heard last. Where nobody has
 * said, its sign of life counts, and a Thing that is registered for a time is there until that is over.
 */
export function presented(registration: Registration): Registration {
  if (registration["fog:availability"] !== undefined) return registration;
  const { ttl, modified } = registration;
  return {
    "fog:lastSeen": modified,
    ...registration,
    "fog:availability": ttl === undefined ? "unknown" : "online",
  };
}

/** The part of a registration that its client gave, as a merge patch finds it. */
export function clientPart(registration: Registration): Readonly<Record<string, unknown>> {
  const { created, modified, expires, ...rest } = registration;
  return { ...rest, ...(rest.ttl !== undefined || expires === undefined ? {} : { expires }) };
}

/** When a registration ends, ms since 1970; infinity when it never does. */
export function expiryMs(registration: Registration): number {
  return registration.expires === undefined
    ? Number.POSITIVE_INFINITY
    : Date.parse(registration.expires);
}

/** Whether a saved value is one. */
export function isRegistration(value: unknown): value is Registration {
  const { created, modified, expires } = (value ?? {}) as Partial<Record<string, unknown>>;
  return (
    parseDateTime(created) !== undefined &&
    parseDateTime(modified) !== undefined &&
    (expires === undefined || parseDateTime(expires) !== undefined)
  );
}
