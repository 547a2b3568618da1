import { InputError } from "@fogwot/core";
import { duplicateMember } from "./duplicate-member";

/** Nesting that a reader with recursion survives; a Thing Description needs about ten levels. */
const maxDepth = 64;

/**
 * A JSON text from outside as a value that is safe to walk and to copy.
 *
 * @throws InputError not JSON, nested too deeply, with a name twice in an object, or a `__proto__` member
 */
export function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    const got = text.length > 60 ? `${text.slice(0, 57)}…` : text;
    throw new InputError({ path: "", got, wanted: `JSON (${reason})` }, { cause: thrown });
  }
  checkShape(value);
  const path = duplicateMember(text);
  if (path === undefined) return value;
  throw new InputError({ path, got: "a second member of that name", wanted: "names used once" });
}

/** Iterative: the very input it guards against would overflow a recursive walk. */
function checkShape(root: unknown): void {
  const open: { readonly value: unknown; readonly path: string; readonly depth: number }[] = [
    { value: root, path: "", depth: 0 },
  ];
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, path, depth } = next;
    if (typeof value !== "object" || value === null) continue;
    if (depth >= maxDepth) {
      throw new InputError({ path, got: "more", wanted: `at most ${maxDepth} levels of nesting` });
    }
    for (const [key, child] of Object.entries(value)) {
      if (key === "__proto__") {
        throw new InputError({ path: `${path}/__proto__`, got: child, wanted: "no such member" });
      }
      if (typeof child === "object" && child !== null) {
        open.push({ value: child, path: `${path}/${escapePointer(key)}`, depth: depth + 1 });
      }
    }
  }
}

function escapePointer(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}
