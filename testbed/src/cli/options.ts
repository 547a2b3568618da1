import { InvalidArgumentError } from "commander";

const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
};

/** "500ms", "20s", "2m", "1h" → milliseconds; a bare number is in seconds. */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|min|h)?$/.exec(text.trim());
  if (!match) throw new InvalidArgumentError("wanted a duration such as 500ms, 20s, 2m or 1h");
  return Number(match[1]) * (UNITS_MS[match[2] ?? "s"] ?? 1);
}

/** As parseDuration, but a bare number is in milliseconds. */
export function parseMilliseconds(text: string): number {
  return /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : parseDuration(text);
}

/** A whole number within bounds. */
export function parseInteger(minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isInteger(value) && value >= minimum && value <= maximum) {
      return value;
    }
    throw new InvalidArgumentError(`wanted a whole number of ${minimum}…${maximum}`);
  };
}

/** A number above 0, at most `maximum`. */
export function parsePositive(maximum: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && value > 0 && value <= maximum) return value;
    throw new InvalidArgumentError(`wanted a number above 0, at most ${maximum}`);
  };
}

/** "0.3" or "30%" → 0.3. */
export function parseProbability(text: string): number {
  const match = /^(\d+(?:\.\d+)?|\.\d+)(%?)$/.exec(text.trim());
  const value = match ? Number(match[1]) / (match[2] ? 100 : 1) : Number.NaN;
  if (value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError("wanted a probability such as 0.3 or 30%");
}

/** Collects `--param name=value`; the value is JSON where it is, else text. */
export function collectParameter(
  text: string,
  before: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("wanted name=value");
  return { ...before, [text.slice(0, at)]: parseValue(text.slice(at + 1)) };
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: a plain word is meant as it stands.
    return text;
  }
}

/** "a,b,c" → its members, each one of `allowed` and named once. */
export function parseNames<T extends string>(allowed: readonly T[]): (text: string) => T[] {
  return (text) => {
    const names = text.split(",").map((name) => name.trim());
    const unknown = names.find((name) => !allowed.includes(name as T));
    if (unknown !== undefined) {
      throw new InvalidArgumentError(
        `${unknown || "nothing"}: wanted some of ${allowed.join(",")}`,
      );
    }
    return [...new Set(names)] as T[];
  };
}

/** "read,operate" → its members. Scopes of the site's own programs are not to be given. */
export function parseScopes(text: string): string[] {
  const scopes = text
    .split(/[\s,]+/)
    .map((scope) => scope.trim())
    .filter((scope) => scope !== "");
  const wrong = scopes.find((scope) => !/^(?!fogwot:)[\x21\x23-\x5b\x5d-\x7e]{1,64}$/.test(scope));
  if (wrong === undefined && scopes.length > 0) return [...new Set(scopes)];
  throw new InvalidArgumentError(`${wrong ?? "nothing"}: wanted scopes such as read,operate`);
}

/** "2026-01-31", "2026-01-31T12:00:00Z" → the instant in UTC, to the second. */
export function parseInstant(text: string): string {
  const ms = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms))
    throw new InvalidArgumentError("wanted a time such as 2026-01-31T12:00:00Z");
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, "Z");
}
