import { ManifestError } from "./manifest-error";

/**
 * A JSON value in its one form (RFC 8785): no spaces, members sorted by UTF-16 code units, numbers as
 * ECMAScript writes them.
 * @throws ManifestError for what JSON cannot hold: NaN, undefined, lone surrogates
 */
export function canonicalJson(value: unknown): string {
  return write(value, "");
}

function write(value: unknown, path: string): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    return Number.isFinite(value) ? JSON.stringify(value) : fail(value, path, "a finite number");
  }
  if (typeof value === "string") {
    // The escape that JSON.stringify gives a lone surrogate is not what RFC 8785 has.
    return /\p{Surrogate}/u.test(value) ? fail(value, path, "Unicode") : JSON.stringify(value);
  }
  if (Array.isArray(value)) {
    return `[${value.map((one, index) => write(one, `${path}/${index}`)).join(",")}]`;
  }
  if (typeof value !== "object") return fail(value, path, "JSON");
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    // The default order of strings is that of code units.
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${write(member, `${path}/${name}`)}`);
  return `{${members.join(",")}}`;
}

function fail(value: unknown, path: string, wanted: string): never {
  throw new ManifestError("canonical JSON", [{ path, got: String(value), wanted }]);
}
