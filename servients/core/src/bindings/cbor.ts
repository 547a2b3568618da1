import { type ContentCodec, ContentSerdes } from "@node-wot/core";
import type { DataSchemaValue } from "wot-typescript-definitions";
import { cborg, UNSORTED } from "../cborg";
import { InputError } from "../errors";

export const CBOR_TYPE = "application/cbor";

/**
 * Value → CBOR (RFC 8949).
 * @throws TypeError for a value that has no JSON form either (a cycle, a BigInt)
 */
export function encodeCbor(value: unknown): Buffer {
  try {
    return bytes(cborg().encode(value, UNSORTED));
  } catch {
    // What JSON knows to write down and CBOR does not: a Date, an object with toJSON.
    return bytes(cborg().encode(JSON.parse(JSON.stringify(value)), UNSORTED));
  }
}

/**
 * One CBOR item → the value JSON would have carried: a DataSchema describes no other (TD 1.1).
 * @throws InputError, or what the decoder says of bytes that are no CBOR
 */
export function decodeCbor(body: Buffer): DataSchemaValue {
  const value: unknown = cborg().decode(body, DECODE_OPTIONS);
  refuseBytes(value, "");
  return value as DataSchemaValue;
}

function refuseBytes(value: unknown, at: string): void {
  if (typeof value !== "object" || value === null) return;
  if (value instanceof Uint8Array) {
    const wanted = "a value JSON has, bytes as base64 text";
    throw new InputError({ path: at, got: "a byte string", wanted });
  }
  for (const [key, member] of Object.entries(value)) {
    if (typeof member === "object") refuseBytes(member, `${at}/${pointerToken(key)}`);
  }
}

/** @see RFC 6901, section 3 */
function pointerToken(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}

function bytes(encoded: Uint8Array): Buffer {
  return Buffer.from(encoded.buffer, encoded.byteOffset, encoded.byteLength);
}

const DECODE_OPTIONS = {
  allowUndefined: false,
  allowNaN: false,
  allowInfinity: false,
  allowBigInt: false,
  rejectDuplicateMapKeys: true,
};

/**
 * node-wot's own CBOR codec takes tags, dates and maps with any key for values of a DataSchema; its
 * registry is one per process, and handlers read their input through it.
 */
const codec: ContentCodec = {
  getMediaType: () => CBOR_TYPE,
  bytesToValue: (body) => decodeCbor(body),
  valueToBytes: (value) => (value === undefined ? Buffer.alloc(0) : encodeCbor(value)),
};
ContentSerdes.get().addCodec(codec, true);
