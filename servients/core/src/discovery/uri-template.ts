interface Operator {
  readonly first: string;
  readonly separator: string;
  readonly named: boolean;
  /** What a named variable without text looks like: `name=` or `name`. */
  readonly ifEmpty: string;
  readonly keepsReserved: boolean;
}

const simple = { named: false, ifEmpty: "", keepsReserved: false };
const named = { named: true, keepsReserved: false };

/** @see RFC 6570, appendix A */
const OPERATORS: Readonly<Record<string, Operator>> = {
  "": { ...simple, first: "", separator: "," },
  "+": { ...simple, first: "", separator: ",", keepsReserved: true },
  "#": { ...simple, first: "#", separator: ",", keepsReserved: true },
  ".": { ...simple, first: ".", separator: "." },
  "/": { ...simple, first: "/", separator: "/" },
  ";": { ...named, first: ";", separator: ";", ifEmpty: "" },
  "?": { ...named, first: "?", separator: "&", ifEmpty: "=" },
  "&": { ...named, first: "&", separator: "&", ifEmpty: "=" },
};

const EXPRESSION = /\{([+#./;?&]?)([^{}]*)\}/g;

/**
 * A URI template with its variables filled in; those without a value vanish.
 *
 * @see RFC 6570. Variables of TD 1.1 are neither lists nor objects, so `*` changes nothing.
 */
export function expandTemplate(
  template: string,
  values: Readonly<Record<string, string | number | boolean>>,
): string {
  return template.replace(EXPRESSION, (_, symbol: string, specifications: string) => {
    const operator = OPERATORS[symbol] as Operator;
    const { first, separator, named: isNamed, ifEmpty } = operator;
    const parts = variables(specifications).flatMap(({ name, length }) => {
      const value = Object.hasOwn(values, name) ? values[name] : undefined;
      if (value === undefined) return [];
      const text = encode([...String(value)].slice(0, length).join(""), operator);
      if (!isNamed) return [text];
      return [text === "" ? `${name}${ifEmpty}` : `${name}=${text}`];
    });
    return parts.length > 0 ? first + parts.join(separator) : "";
  });
}

/** Names of the variables of a template. */
export function variablesOf(template: string): string[] {
  if (!template.includes("{")) return [];
  return [...template.matchAll(EXPRESSION)].flatMap((match) =>
    variables(match[2] ?? "").map(({ name }) => name),
  );
}

/**
 * A template relative to a base, as an absolute one; its expressions stay as they are.
 *
 * @returns the template itself where there is no base, or no URL comes of it
 */
export function resolveTemplate(template: string, base: string | undefined): string {
  if (base === undefined || /^[a-z][a-z0-9+.-]*:/i.test(template)) return template;
  const expressions: string[] = [];
  // A URL parser would escape the braces: letters stand for the expressions meanwhile.
  const hide = (text: string): string =>
    text.replace(EXPRESSION, (expression) => `${MARK}${expressions.push(expression) - 1}x`);
  const [hiddenBase, hidden] = [hide(base), hide(template)];
  if (!URL.canParse(hidden, hiddenBase)) return template;
  const { href } = new URL(hidden, hiddenBase);
  return href.replace(new RegExp(`${MARK}(\\d+)x`, "g"), (_, at: string) => {
    return expressions[Number(at)] ?? "";
  });
}

const MARK = "fogwotexpression";

function variables(specifications: string): { name: string; length: number | undefined }[] {
  return specifications.split(",").map((specification) => {
    const [name = "", prefix] = specification.trim().replace(/\*$/, "").split(":");
    return { name, length: prefix === undefined ? undefined : Number(prefix) };
  });
}

/** Unreserved characters stay; reserved ones and escapes too, where the operator keeps them. */
function encode(text: string, { keepsReserved }: Operator): string {
  if (!keepsReserved) {
    return encodeURIComponent(text).replace(/[!'()*]/g, (one) => {
      return `%${one.charCodeAt(0).toString(16).toUpperCase()}`;
    });
  }
  return encodeURI(text)
    .replace(/%25([0-9a-f]{2})/gi, "%$1")
    .replace(/%5B/g, "[")
    .replace(/%5D/g, "]");
}
