import { existsSync } from "node:fs";
import path from "node:path";
import type * as Cborg from "cborg";
import { InternalError } from "../errors";

let loaded: typeof Cborg | undefined;

/**
 * cborg is an ES module whose package.json has no `require` entry, so Node refuses it by name to
 * CommonJS code; its file can be required (Node ≥ 20.19). Loaded with the first use.
 * @throws InternalError when the package is missing
 */
export function cborg(): typeof Cborg {
  if (loaded) return loaded;
  const folders = require.resolve.paths("cborg") ?? [];
  const file = folders.map((folder) => path.join(folder, "cborg", "cborg.js")).find(existsSync);
  if (!file) throw new InternalError("the package cborg is missing");
  loaded = require(file) as typeof Cborg;
  return loaded;
}

/** Deterministic key order is of no use in messages, and sorting costs a third of the encoding. */
export const UNSORTED = { mapSorter: () => 0 };
