/** What a directory says about a registration, as numbers. */
export interface ThingRegistration {
  /** ms since 1970, on the directory's clock. */
  readonly createdMs?: number;
  /** When the Thing last registered or was changed: its last sign of life. */
  readonly modifiedMs?: number;
  readonly expiresMs?: number;
  readonly retrievedMs?: number;
  readonly ttlSeconds?: number;
  /** When the Thing itself was heard last; on the clock of whoever heard it. */
  readonly lastSeenMs?: number;
  /** `online`, `degraded`, `offline` or `unknown`. */
  readonly availability?: string;
  /**
   * Time from the last sign of life to the retrieval. Both are the directory's, so no clocks need to
   * agree.
   */
  readonly silenceMs?: number;
}

/** Reads `registration` of a Thing Description that comes from a directory. */
export function registrationOf(td: object): ThingRegistration {
  const { registration } = td as { registration?: unknown };
  const given = (typeof registration === "object" && registration !== null ? registration : {}) as {
    readonly [name: string]: unknown;
  };
  const found: Record<string, number> = {};
  for (const name of ["created", "modified", "expires", "retrieved", "lastSeen"]) {
    const text = given[name === "lastSeen" ? "fog:lastSeen" : name];
    const ms = typeof text === "string" ? Date.parse(text) : Number.NaN;
    if (Number.isFinite(ms)) found[`${name}Ms`] = ms;
  }
  if (typeof given.ttl === "number") found.ttlSeconds = given.ttl;
  const { retrievedMs, modifiedMs } = found;
  if (retrievedMs !== undefined && modifiedMs !== undefined) {
    found.silenceMs = retrievedMs - modifiedMs;
  }
  const availability = given["fog:availability"];
  return { ...found, ...(typeof availability === "string" ? { availability } : {}) };
}
