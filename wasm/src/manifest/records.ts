import type { FieldType, RecordField } from "./manifest";
import { ManifestError } from "./manifest-error";

const SIZES: Readonly<Record<FieldType, number>> = {
  u8: 1,
  i8: 1,
  u16: 2,
  i16: 2,
  u32: 4,
  i32: 4,
  f32: 4,
  f64: 8,
};

/** Names of DataView's methods. */
const ACCESS = {
  u8: "Uint8",
  i8: "Int8",
  u16: "Uint16",
  i16: "Int16",
  u32: "Uint32",
  i32: "Int32",
  f32: "Float32",
  f64: "Float64",
} as const;

const RANGES: Readonly<Partial<Record<FieldType, readonly [number, number]>>> = {
  u8: [0, 0xff],
  i8: [-0x80, 0x7f],
  u16: [0, 0xffff],
  i16: [-0x8000, 0x7fff],
  u32: [0, 0xffff_ffff],
  i32: [-0x8000_0000, 0x7fff_ffff],
};

/** A record as JSON: numbers by field name, arrays where a field has a count. */
export type RecordValue = Readonly<Record<string, number | readonly number[]>>;

export function recordBytes(fields: readonly RecordField[]): number {
  return fields.reduce((sum, { type, count = 1 }) => sum + SIZES[type] * count, 0);
}

/**
 * JSON → bytes: fields in their order, little-endian, without gaps. A missing field takes its default.
 * @throws ManifestError with path, got and wanted
 */
export function encodeRecord(
  fields: readonly RecordField[],
  value: RecordValue,
  source = "record",
): Uint8Array {
  const bytes = new Uint8Array(recordBytes(fields));
  const view = new DataView(bytes.buffer);
  const unknown = Object.keys(value).find((name) => !fields.some((field) => field.name === name));
  if (unknown !== undefined) fail(source, `/${unknown}`, value[unknown], "no such field");
  let at = 0;
  for (const field of fields) {
    const numbers = numbersOf(field, value[field.name] ?? field.default, source);
    for (const number of numbers) {
      view[`set${ACCESS[field.type]}`](at, number, true);
      at += SIZES[field.type];
    }
  }
  return bytes;
}

function numbersOf(
  { name, type, count, minimum, maximum }: RecordField,
  value: number | readonly number[] | undefined,
  source: string,
): readonly number[] {
  const path = `/${name}`;
  const numbers = typeof value === "number" && count === undefined ? [value] : value;
  if (!Array.isArray(numbers) || numbers.length !== (count ?? 1)) {
    return fail(source, path, value, count === undefined ? "a number" : `${count} numbers`);
  }
  const [low, high] = RANGES[type] ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const least = Math.max(low, minimum ?? low);
  const most = Math.min(high, maximum ?? high);
  for (const number of numbers as unknown[]) {
    const isWhole = RANGES[type] === undefined || Number.isInteger(number);
    if (typeof number !== "number" || !isWhole || !(number >= least && number <= most)) {
      fail(source, path, number, `${type} of ${least} to ${most}`);
    }
  }
  return numbers as readonly number[];
}

/**
 * Bytes → JSON, for one record. @param at where it begins
 * @throws ManifestError where the bytes end too early
 */
export function decodeRecord(
  fields: readonly RecordField[],
  bytes: Uint8Array,
  at = 0,
): Record<string, number | number[]> {
  const size = recordBytes(fields);
  if (at + size > bytes.length) {
    fail("record", "", `${bytes.length - at} bytes`, `${size} bytes`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const value: Record<string, number | number[]> = {};
  let next = at;
  for (const { name, type, count } of fields) {
    const numbers = Array.from({ length: count ?? 1 }, () => {
      const number = view[`get${ACCESS[type]}`](next, true);
      next += SIZES[type];
      return number;
    });
    value[name] = count === undefined ? (numbers[0] as number) : numbers;
  }
  return value;
}

/** Bytes that are k records → each of them. */
export function decodeRecords(
  fields: readonly RecordField[],
  bytes: Uint8Array,
): Record<string, number | number[]>[] {
  const size = recordBytes(fields);
  if (bytes.length % size !== 0) {
    fail("record", "", `${bytes.length} bytes`, `a multiple of ${size}`);
  }
  return Array.from({ length: bytes.length / size }, (_, k) =>
    decodeRecord(fields, bytes, k * size),
  );
}

function fail(source: string, path: string, got: unknown, wanted: string): never {
  throw new ManifestError(source, [{ path, got, wanted }]);
}
