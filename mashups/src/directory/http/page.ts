import { InputError } from "@fogwot/core";

/** Which part of a listing is asked for, and in which form. */
export interface Page {
  readonly offset: number;
  /** undefined: everything from `offset` on. */
  readonly limit: number | undefined;
  readonly format: "array" | "collection";
}

type Query = Readonly<Record<string, unknown>>;

const pageParameters = ["offset", "limit", "format"];

/**
 * The paging parameters of a listing. Other parameters than these and `further` are refused: what the
 * directory does not support must not look as if it did (tdd-http-unsupported-feature).
 *
 * @throws InputError
 */
export function parsePage(query: Query, further: readonly string[] = []): Page {
  allowOnly(query, [...pageParameters, ...further]);
  const { offset, limit, format = "array" } = query;
  if (format !== "array" && format !== "collection") {
    throw new InputError({ path: "?format", got: format, wanted: "array or collection" });
  }
  return {
    offset: offset === undefined ? 0 : wholeNumber("offset", offset, 0),
    limit: limit === undefined ? undefined : wholeNumber("limit", limit, 1),
    format,
  };
}

/** @throws InputError */
export function allowOnly(query: Query, names: readonly string[]): void {
  for (const [name, got] of Object.entries(query)) {
    if (names.includes(name)) continue;
    const wanted = names.length > 0 ? `only ${names.join(", ")}` : "no parameters";
    throw new InputError({ path: `?${name}`, got, wanted });
  }
}

function wholeNumber(name: string, got: unknown, minimum: number): number {
  const number = typeof got === "string" && /^\d{1,15}$/.test(got) ? Number(got) : Number.NaN;
  if (number >= minimum) return number;
  throw new InputError({ path: `?${name}`, got, wanted: `a whole number from ${minimum} on` });
}
