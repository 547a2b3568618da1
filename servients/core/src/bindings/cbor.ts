import { existsSync } from "node:fs";
import path from "node:path";
import { type ContentCodec, ContentSerdes } from "@node-wot/core";
import type * as Cborg from "cborg";
import type { DataSchemaValue } from "wot-typescript-definitions";
import { InputError, InternalError } from "../errors";

export const CBOR_TYPE = "application/cbor";

/**
 * Value → CBOR (RFC 8949).
 * @throws TypeError for a value that has no JSON form either (a cycle, a BigInt)
 */
export function encodeCbor(value: unknown): Buffer {
  try {
    return bytes(cborg().encode(value, ENCODE_OPTIONS));
  } catch {
    // What JSON knows to write down and CBOR does not: a Date, an object with toJSON.
    return bytes(cborg().encode(JSON.parse(JSON.stringify(value)), ENCODE_OPTIONS));
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

// Deterministic key order is of no use here, and sorting costs a third of the encoding.
const ENCODE_OPTIONS = { mapSorter: () => 0 };

const DECODE_OPTIONS = {
  allowUndefined: false,
  allowNaN: false,
  allowInfinity: false,
  allowBigInt: false,
  rejectDuplicateMapKeys: true,
};

let loaded: typeof Cborg | undefined;

/**
 * cborg is an ES module whose package.json has no `require` entry, so Node refuses it by name to
 * CommonJS code; its file can be required (Node ≥ 20.19). Loaded with the first CBOR message.
 */
function cborg(): typeof Cborg {
  if (loaded) return loaded;
  const folders = require.resolve.paths("cborg") ?? [];
  const file = folders.map((folder) => path.join(folder, "cborg", "cborg.js")).find(existsSync);
  if (!file) throw new InternalError("the package cborg is missing");
  loaded = require(file) as typeof Cborg;
  return loaded;
}

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
