import { isObject, type JsonObject } from "./json";

/**
 * JSON Merge Patch: members of `patch` replace those of `target`, objects are merged in depth, null
 * removes. Neither argument is changed.
 *
 * @see RFC 7396, section 2; TD 1.1, section 9.3.2 (what stands beside a `tm:ref`)
 */
export function mergePatch(target: unknown, patch: unknown): unknown {
  return merge(target, patch, false);
}

/**
 * What a Thing Model adds to the one it extends: as a merge patch, but a null that has nothing to
 * remove is a value (`"default": null` of a new property stays).
 */
export function overlay(target: unknown, patch: unknown): unknown {
  return merge(target, patch, true);
}

function merge(target: unknown, patch: unknown, keepNewNulls: boolean): unknown {
  if (!isObject(patch)) return structuredClone(patch);
  const result: JsonObject = isObject(target) ? structuredClone(target) : {};
  for (const [key, value] of Object.entries(patch)) {
    const present = Object.hasOwn(result, key);
    if (value === null && (present || !keepNewNulls)) delete result[key];
    else setMember(result, key, merge(present ? result[key] : undefined, value, keepNewNulls));
  }
  return result;
}

/** Assigns an own member, also where the name is `__proto__`. */
export function setMember(object: JsonObject, key: string, value: unknown): void {
  Object.defineProperty(object, key, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}
