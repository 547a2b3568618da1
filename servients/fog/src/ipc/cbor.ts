import { existsSync } from "node:fs";
import path from "node:path";
import { NotFoundError } from "@fogwot/core/base";
import type * as Cborg from "cborg";

/**
 * cborg is an ES module whose package.json has no `require` entry, so Node refuses it by name to
 * CommonJS code; its file can be required (Node ≥ 20.19), and every start stays synchronous.
 */
function loadCborg(): typeof Cborg {
  const folders = require.resolve.paths("cborg") ?? [];
  const file = folders.map((folder) => path.join(folder, "cborg", "cborg.js")).find(existsSync);
  if (!file) throw new NotFoundError("package cborg");
  return require(file);
}

const cborg = loadCborg();

/** Deterministic key order is of no use here, and sorting costs a third of the encoding. */
const ENCODE_OPTIONS = { mapSorter: () => 0 };

export function encodeCbor(value: unknown): Uint8Array {
  return cborg.encode(value, ENCODE_OPTIONS);
}

/** @throws when the bytes are not one CBOR item */
export function decodeCbor(bytes: Uint8Array): unknown {
  return cborg.decode(bytes);
}
