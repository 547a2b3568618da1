import { cborg, UNSORTED } from "@fogwot/core/base";

export function encodeCbor(value: unknown): Uint8Array {
  return cborg().encode(value, UNSORTED);
}

/** @throws when the bytes are not one CBOR item */
export function decodeCbor(bytes: Uint8Array): unknown {
  return cborg().decode(bytes);
}
