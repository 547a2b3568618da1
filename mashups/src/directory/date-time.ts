const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/**
 * An RFC 3339 date-time as ms since 1970; undefined where it is none. The offset is not optional.
 *
 * @see W3C WoT Discovery, tdd-absolute-time
 */
export function parseDateTime(value: unknown): number | undefined {
  if (typeof value !== "string" || value.length > 64) return undefined;
  const text = value.toUpperCase();
  const ms = dateTime.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}
