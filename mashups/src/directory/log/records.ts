import { InputError } from "@fogwot/core";
import { Entry } from "../entry";
import { isRegistration, type Registration } from "../registration";
import { isThingEvent, type ThingEvent } from "../thing-event";

/** One line of the directory's file. */
export type LogRecord =
  /** First line: whose events these are, and the last one before the lines that follow. */
  | { readonly log: typeof LOG_VERSION; readonly life: string; readonly last: number }
  /** An event from before the rewrite. */
  | { readonly kept: ThingEvent }
  | {
      readonly put: Readonly<Record<string, unknown>>;
      readonly registration: Registration;
      readonly anonymous?: true;
      readonly owner?: string;
      /** Number of the event that this was; a line of a rewrite was none. */
      readonly event?: number;
    }
  /** A refresh: the same Thing Description, registered anew by the same principal. */
  | { readonly touch: string; readonly registration: Registration }
  | { readonly delete: string; readonly event: number };

export const LOG_VERSION = 1;

export function headerLine(life: string, last: number): string {
  return JSON.stringify({ log: LOG_VERSION, life, last });
}

export function keptLine(event: ThingEvent): string {
  return JSON.stringify({ kept: event });
}

/** The text of the Thing Description goes in as it is. */
export function putLine(entry: Entry, event?: number): string {
  const { tdJson, registration, isAnonymous, owner } = entry;
  const rest = JSON.stringify({
    registration,
    ...(owner === undefined ? {} : { owner }),
    ...(isAnonymous ? { anonymous: true } : {}),
    ...(event === undefined ? {} : { event }),
  });
  return `{"put":${tdJson},${rest.slice(1)}`;
}

export function touchLine({ id, registration }: Entry): string {
  return JSON.stringify({ touch: id, registration });
}

export function deleteLine(id: string, event: number): string {
  return JSON.stringify({ delete: id, event });
}

/** @throws SyntaxError, InputError */
export function parseLine(line: string): LogRecord {
  const record = (JSON.parse(line) ?? {}) as Readonly<Record<string, unknown>>;
  const isKnown =
    (record.log === LOG_VERSION && typeof record.life === "string" && isNumber(record.last)) ||
    isThingEvent(record.kept) ||
    (typeof (record.put as { id?: unknown } | undefined)?.id === "string" &&
      isRegistration(record.registration) &&
      (record.owner === undefined || typeof record.owner === "string") &&
      (record.event === undefined || isNumber(record.event))) ||
    (typeof record.touch === "string" && isRegistration(record.registration)) ||
    (typeof record.delete === "string" && isNumber(record.event));
  if (isKnown) return record as LogRecord;
  const got = Object.keys(record).slice(0, 5).join();
  throw new InputError({ path: "", got, wanted: "a line of a directory's file" });
}

export function toEntry(record: Extract<LogRecord, { put: unknown }>): Entry {
  const { put, registration, anonymous = false, owner } = record;
  const id = put.id as string;
  return new Entry(JSON.stringify(put), { id, registration, isAnonymous: anonymous, owner });
}

function isNumber(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
