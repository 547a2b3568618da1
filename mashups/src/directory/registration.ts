import type { ValidationError } from "./errors";

/**
 * What a directory knows about a registration.
 *
 * @see W3C WoT Discovery, "Registration Information"
 */
export interface Registration {
  readonly created: string;
  readonly modified: string;
  /** End of the registration; without it, it never expires. */
  readonly expires?: string;
  /** Time to live, in seconds, counted from `modified`. */
  readonly ttl?: number;
}

/** What a client may say about its registration. `ttl` wins over `expires`. */
export interface Lifetime {
  readonly ttl?: number;
  readonly expiresMs?: number;
}

const maxTtlSeconds = 10 * 365 * 24 * 3600;

/** Reads the `registration` member of a submitted Thing Description. */
export function readLifetime(registration: unknown): Lifetime | ValidationError {
  if (registration === undefined) return {};
  if (typeof registration !== "object" || registration === null || Array.isArray(registration)) {
    return { field: "/registration", description: "must be an object" };
  }
  const { ttl, expires } = registration as { ttl?: unknown; expires?: unknown };
  if (ttl !== undefined) {
    if (typeof ttl === "number" && ttl > 0 && ttl <= maxTtlSeconds) return { ttl };
    return {
      field: "/registration/ttl",
      description: `must be a number of seconds, more than 0 and at most ${maxTtlSeconds}`,
    };
  }
  if (expires === undefined) return {};
  const expiresMs = typeof expires === "string" ? Date.parse(expires) : Number.NaN;
  if (Number.isFinite(expiresMs)) return { expiresMs };
  return { field: "/registration/expires", description: "must be a date and time (RFC 3339)" };
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
  };
}

/** When a registration ends, ms since 1970; infinity when it never does. */
export function expiryMs(registration: Registration): number {
  return registration.expires === undefined
    ? Number.POSITIVE_INFINITY
    : Date.parse(registration.expires);
}
