import { isDeepStrictEqual } from "node:util";

type JsonObject = Readonly<Record<string, unknown>>;

/** The target with the patch applied; neither is changed. @see RFC 7396, section 2 */
export function applyMergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const result: Record<string, unknown> = isObject(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = applyMergePatch(result[name], value);
  }
  return result;
}

/**
 * The merge patch that leads from one document to another; undefined where there is none, because
 * the other one holds a null, which a merge patch would take for a removal.
 */
export function createMergePatch(from: JsonObject, to: JsonObject): JsonObject | undefined {
  const patch = difference(from, to);
  return isDeepStrictEqual(applyMergePatch(from, patch), to) ? patch : undefined;
}

function difference(from: JsonObject, to: JsonObject): JsonObject {
  const patch: Record<string, unknown> = {};
  for (const name of Object.keys(from)) {
    if (!Object.hasOwn(to, name)) patch[name] = null;
  }
  for (const [name, value] of Object.entries(to)) {
    const before = Object.hasOwn(from, name) ? from[name] : undefined;
    if (isObject(value) && isObject(before)) {
      const inner = difference(before, value);
      if (Object.keys(inner).length > 0) patch[name] = inner;
    } else if (!isDeepStrictEqual(before, value)) patch[name] = value;
  }
  return patch;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
