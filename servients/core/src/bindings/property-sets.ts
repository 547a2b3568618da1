import type { ExposedThing } from "@node-wot/core";
import type { DataSchema } from "wot-typescript-definitions";
import { FogwotError, InputError, toFogwotError } from "../errors";
import { readProperty, writeChecked } from "./interaction";
import { decode, encode, JSON_TYPE, type Payload } from "./payload";
import { validate } from "./schema";

/**
 * Reads several properties at once. One that cannot be read fails the whole: what is left out of
 * an answer would be taken for a property the Thing does not have.
 *
 * @param formIndexOf the form whose media type encodes a value
 * @returns values still encoded, in the order of the names; a handler that gave nothing has none
 */
export async function readProperties(
  thing: ExposedThing,
  names: readonly string[],
  formIndexOf: (name: string) => number,
): Promise<[string, Payload][]> {
  const read = names.map(async (name): Promise<[string, Payload]> => {
    return [name, await readProperty(thing, name, { formIndex: formIndexOf(name) })];
  });
  return (await Promise.all(read)).filter(([, payload]) => payload.body.length > 0);
}

/** Payloads of one JSON form each → one payload, an object of them. */
export function propertySet(
  members: readonly (readonly [string, Payload])[],
  type: string,
): Payload {
  if (type === JSON_TYPE) return { type, body: joinJson(members) };
  return encode(
    Object.fromEntries(members.map(([name, value]) => [name, decode(value, ANY)])),
    type,
  );
}

const ANY: DataSchema = {};

/** Payloads of one JSON form each → the JSON text of an object of them. */
export function joinJson(members: readonly (readonly [string, Payload])[]): Buffer {
  const texts = members.map(
    ([name, { body }]) => `${JSON.stringify(name)}:${body.toString("utf8")}`,
  );
  return Buffer.from(`{${texts.join(",")}}`);
}

/**
 * Writes several properties: all values are checked before the first is written, so that nothing
 * is written when any does not fit. Then they are written one after the other, in the order sent;
 * the first write a handler refuses ends that, and what was written before it stays written.
 *
 * @param input an object of values by property name
 * @param permit throws for a property that the sender may not write
 * @throws InputError with the JSON Pointer of the offence; PartialWriteError when a handler failed
 */
export async function writeProperties(
  thing: ExposedThing,
  input: Payload,
  formIndexOf: (name: string) => number,
  permit: (name: string) => void | Promise<void> = () => undefined,
): Promise<void> {
  const values = Object.entries(objectOf(input));
  for (const [name, value] of values) {
    const schema = writableSchema(thing, name);
    await permit(name);
    validate(value, schema, pathOf(name));
  }
  const names = values.map(([name]) => name);
  for (const [position, [name, value]] of values.entries()) {
    try {
      const payload = encode(value, input.type);
      await writeChecked(thing, name, payload, { formIndex: formIndexOf(name) });
    } catch (thrown) {
      const rest = names.slice(position + 1);
      throw new PartialWriteError(toFogwotError(thrown), names.slice(0, position), name, rest);
    }
  }
}

function objectOf(input: Payload): Record<string, unknown> {
  const value = decode(input, OBJECT);
  validate(value ?? null, OBJECT);
  return value as unknown as Record<string, unknown>;
}

const OBJECT: DataSchema = { type: "object" };

function writableSchema(thing: ExposedThing, name: string): DataSchema {
  const property = Object.hasOwn(thing.properties, name) ? thing.properties[name] : undefined;
  if (property && !property.readOnly) return property as DataSchema;
  const wanted = property ? "a property that can be written" : "a property of this Thing";
  throw new InputError({ path: pathOf(name), got: name, wanted });
}

/** @see RFC 6901, section 3 */
function pathOf(name: string): string {
  return `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/**
 * A handler refused a value after others had been written. Code, title and status are those of
 * its refusal; `details` say which properties were `written`, which `failed`, which are
 * `notWritten`.
 */
export class PartialWriteError extends FogwotError {
  readonly code: string;
  readonly title: string;
  readonly status: number;
  constructor(
    refusal: FogwotError,
    written: readonly string[],
    failed: string,
    notWritten: readonly string[],
  ) {
    super(`writing ${failed} failed: ${refusal.message}`, {
      cause: refusal,
      details: { ...refusal.details, written, failed, notWritten },
    });
    this.code = refusal.code;
    this.title = refusal.title;
    this.status = refusal.status;
  }
}
