import Ajv from "ajv";
import addFormats from "ajv-formats";
import { isObject } from "../json/json";

/**
 * Ajv whose work grows linearly with the document. Its own uniqueItems compares every pair, and
 * three patterns of W3C's schemas backtrack without end over a text made for it: a document of one
 * megabyte would keep a server busy for minutes. With `allErrors` the cost is still quadratic in the
 * number of errors.
 */
export function createLinearAjv(options: { readonly allErrors: boolean }): Ajv {
  const ajv = new Ajv({
    strict: false,
    allErrors: options.allErrors,
    verbose: true,
    addUsedSchema: false,
    code: { regExp: Object.assign(compilePattern, { code: "compilePattern" }) },
  });
  addFormats(ajv);
  ajv.removeKeyword("uniqueItems");
  ajv.addKeyword({ keyword: "uniqueItems", type: "array", validate: areUnique, errors: "full" });
  return ajv;
}

// Scheme names, language tags, icon sizes, pointers: what is longer was never meant to match.
const LONGEST = 512;
const PLACEHOLDER = "^.*[{]{2}[ -~]+[}]{2}.*$";

interface Pattern {
  test(text: string): boolean;
  toString(): string;
}

function compilePattern(source: string, flags: string): Pattern {
  if (source === PLACEHOLDER) return { test: holdsPlaceholder, toString: () => source };
  const expression = new RegExp(source, flags);
  return {
    test: (text) => text.length <= LONGEST && expression.test(text),
    toString: () => source,
  };
}

/** The same language as the pattern: one line, and somewhere {{, printable ASCII, }}. */
function holdsPlaceholder(text: string): boolean {
  if (/[\n\r\u2028\u2029]/.test(text)) return false;
  return text.split(/[^ -~]+/).some((run) => {
    const start = run.indexOf("{{");
    return start !== -1 && run.lastIndexOf("}}") > start + 2;
  });
}

interface UniqueItems {
  (wanted: boolean, items: readonly unknown[]): boolean;
  errors?: object[];
}

const areUnique: UniqueItems = (wanted, items) => {
  if (!wanted) return true;
  const indices = new Map<string, number>();
  for (const [i, item] of items.entries()) {
    const key = canonical(item);
    const j = indices.get(key);
    if (j !== undefined) {
      const message = `items ${j} and ${i} are identical`;
      areUnique.errors = [{ keyword: "uniqueItems", message, params: { i, j } }];
      return false;
    }
    indices.set(key, i);
  }
  return true;
};

/** JSON with sorted names: equal values give equal text. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? "";
  const members = Object.keys(value).sort();
  return `{${members.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
}
