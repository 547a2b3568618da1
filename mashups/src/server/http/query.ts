import type { Mismatch } from "@fogwot/core";
import type { RowRange } from "../../store";
import { RequestRejectedError } from "./errors";

type Reader = (text: string) => unknown;

const text: Reader = (value) => (value === "" ? undefined : value);
const wholeNumber: Reader = (value) => {
  const number = Number(value);
  return /^\d+$/.test(value) && Number.isSafeInteger(number) ? number : undefined;
};
/** Ms since 1970, or an RFC 3339 date and time. */
const time: Reader = (value) => {
  const number = wholeNumber(value);
  if (number !== undefined) return number;
  const parsed = /^\d{4}-\d\d-\d\d/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(parsed) ? undefined : parsed;
};

const parameters = {
  run: { key: "run", read: text, wanted: "the id of a run, or current" },
  policy: { key: "policy", read: text, wanted: "the name of a policy" },
  device: { key: "device", read: text, wanted: "the id of a device" },
  quantity: { key: "quantity", read: text, wanted: "the name of a quantity" },
  from: { key: "fromMs", read: time, wanted: "a date and time, or ms since 1970" },
  to: { key: "toMs", read: time, wanted: "a date and time, or ms since 1970" },
  fromSlot: { key: "fromSlot", read: wholeNumber, wanted: "a whole number" },
  toSlot: { key: "toSlot", read: wholeNumber, wanted: "a whole number" },
  limit: { key: "limit", read: wholeNumber, wanted: "a whole number" },
} as const;

export type RangeParameter = keyof typeof parameters;

export interface QueryOptions {
  readonly allowed: readonly RangeParameter[];
  /** The run that `run=current` means. */
  readonly currentRun: string;
  /** First is the default. Without it, `format` is not allowed. */
  readonly formats?: readonly string[];
}

export interface RangeQuery {
  readonly range: RowRange & { readonly quantity?: string };
  readonly format: string;
}

/**
 * The query of an export. Unknown parameters are refused: a misspelt filter would otherwise export
 * everything.
 *
 * @throws RequestRejectedError with every offence
 */
export function parseRangeQuery(query: unknown, options: QueryOptions): RangeQuery {
  const { allowed, currentRun, formats } = options;
  const mismatches: Mismatch[] = [];
  const range: Record<string, unknown> = {};
  let format = formats?.[0] ?? "json";
  for (const [name, value] of Object.entries(query as Record<string, unknown>)) {
    const path = `?${name}`;
    if (name === "format" && formats) {
      if (formats.includes(String(value))) format = String(value);
      else mismatches.push({ path, got: value, wanted: `one of ${formats.join(", ")}` });
      continue;
    }
    const parameter = allowed.find((candidate) => candidate === name);
    if (!parameter) {
      mismatches.push({ path, got: value, wanted: `one of ${allowed.join(", ")}` });
      continue;
    }
    const { key, read, wanted } = parameters[parameter];
    const parsed = typeof value === "string" ? read(value) : undefined;
    if (parsed === undefined) mismatches.push({ path, got: value, wanted });
    else range[key] = name === "run" && parsed === "current" ? currentRun : parsed;
  }
  if (mismatches.length > 0) throw new RequestRejectedError(mismatches);
  return { range, format };
}
