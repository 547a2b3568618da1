import { isObject, type JsonObject } from "../json/json";
import { setMember } from "../json/merge-patch";

// TD 1.1, section 9.3.5: printable ASCII between double braces. Braces end a name, so that two
// placeholders in one string are two.
const PLACEHOLDER = /\{\{([ -z|~]+?)\}\}/g;

/** Names of all placeholders in the values, without braces, each once, in the order met. */
export function placeholdersOf(value: unknown): string[] {
  const names = new Set<string>();
  visitStrings(value, (text) => {
    for (const match of text.matchAll(PLACEHOLDER)) names.add(match[1] as string);
  });
  return [...names];
}

/**
 * A copy with every placeholder replaced. A string that is nothing but one placeholder takes the
 * value with its type (`"{{MAXIMUM}}"` → `47.7`); within a longer string, numbers and booleans are
 * written out and objects as JSON without white space. Unknown names stay.
 */
export function replacePlaceholders(
  value: unknown,
  values: Readonly<Record<string, unknown>>,
): unknown {
  if (typeof value === "string") return replaceInString(value, values);
  if (Array.isArray(value)) return value.map((item) => replacePlaceholders(item, values));
  if (!isObject(value)) return value;
  const result: JsonObject = {};
  for (const [key, member] of Object.entries(value)) {
    setMember(result, key, replacePlaceholders(member, values));
  }
  return result;
}

function replaceInString(text: string, values: Readonly<Record<string, unknown>>): unknown {
  const whole = /^\{\{([ -z|~]+?)\}\}$/.exec(text)?.[1];
  if (whole !== undefined && Object.hasOwn(values, whole)) return structuredClone(values[whole]);
  return text.replace(PLACEHOLDER, (original, name: string) => {
    if (!Object.hasOwn(values, name)) return original;
    const replacement = values[name];
    return typeof replacement === "string" ? replacement : JSON.stringify(replacement);
  });
}

function visitStrings(value: unknown, visit: (text: string) => void): void {
  if (typeof value === "string") visit(value);
  else if (Array.isArray(value)) for (const item of value) visitStrings(item, visit);
  else if (isObject(value)) for (const member of Object.values(value)) visitStrings(member, visit);
}
