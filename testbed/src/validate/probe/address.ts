import { makeUp } from "./made-up";

type Schemas = Readonly<Record<string, unknown>>;

/** Where a form leads, or why that cannot be told. */
export type Address = { readonly href: string } | { readonly problem: string };

/**
 * The absolute address of a form. Variables of a query are left out: TD 1.1 makes none of them
 * mandatory. Others get the least value of their schema.
 */
export function addressOf(href: unknown, base: unknown, variables: Schemas): Address {
  if (typeof href !== "string") return { problem: "the form has no href" };
  let problem: string | undefined;
  const expanded = href.replace(/\{([?&+#./;]?)([^}]*)\}/g, (_whole, operator, list) => {
    if (operator === "?" || operator === "&") return "";
    const values = String(list)
      .split(",")
      .map((name) => {
        const made = makeUp(variables[name.replace(/[*]|:\d+$/g, "")]);
        if (!made) problem = `no value could be made up for the variable ${name}`;
        return encodeURIComponent(String(made?.value ?? ""));
      });
    if (operator === "" || operator === "+") return values.join(",");
    return operator + values.join(operator === "#" ? "," : operator);
  });
  if (problem !== undefined) return { problem };
  return absolute(expanded, base);
}

function absolute(href: string, base: unknown): Address {
  if (/^[a-z][a-z0-9+.-]*:/i.test(href)) return { href };
  if (typeof base !== "string" || base === "") return { problem: "a relative href and no base" };
  try {
    return { href: new URL(href, base).href };
  } catch {
    // The base itself is no URL.
    return { problem: `no address results from the base ${base}` };
  }
}

/** `coaps+tcp://…` → `coaps+tcp`. */
export function schemeOf(href: string): string {
  return href.slice(0, Math.max(0, href.indexOf(":"))).toLowerCase();
}

/** Scheme, host and port: what fails together. */
export function originOf(href: string): string {
  return /^[^:]+:\/\/[^/?#]*/.exec(href)?.[0].toLowerCase() ?? schemeOf(href);
}
