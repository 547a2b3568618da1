const operators: Readonly<Record<string, { first: string; separator: string; named: boolean }>> = {
  "": { first: "", separator: ",", named: false },
  "+": { first: "", separator: ",", named: false },
  "/": { first: "/", separator: "/", named: false },
  "?": { first: "?", separator: "&", named: true },
  "&": { first: "&", separator: "&", named: true },
};

/**
 * A URI template with its variables filled in; those without a value vanish.
 *
 * @see RFC 6570, of which TD 1.1 needs string values and these operators
 */
export function expandTemplate(
  template: string,
  values: Readonly<Record<string, string | number>>,
): string {
  return template.replace(/\{([+/?&]?)([^{}]*)\}/g, (_, operator: string, names: string) => {
    const { first = "", separator = ",", named = false } = operators[operator] ?? {};
    const parts = names.split(",").flatMap((name) => {
      const value = values[name.trim()];
      if (value === undefined) return [];
      const text = operator === "+" ? encodeURI(String(value)) : encodeURIComponent(value);
      return [named ? `${name.trim()}=${text}` : text];
    });
    return parts.length > 0 ? first + parts.join(separator) : "";
  });
}

/** Names of the variables of a template. */
export function variablesOf(template: string): string[] {
  return [...template.matchAll(/\{[+/?&]?([^{}]*)\}/g)].flatMap((match) =>
    (match[1] ?? "").split(",").map((name) => name.trim()),
  );
}
