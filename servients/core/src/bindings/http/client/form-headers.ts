import { validateHeaderName, validateHeaderValue } from "node:http";
import type { Form } from "@node-wot/core";
import { InputError } from "../../../errors";

/** What frames a message is the connection's, whatever a form says. */
const FRAMING = new Set(["connection", "content-length", "host", "transfer-encoding", "upgrade"]);

/** @see RFC 9110, section 5.6.2 */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/**
 * The headers a form gives a value (`htv:headers`), by their names in lower case. Those that it only
 * names say that the Thing understands them.
 *
 * @throws InputError for what HTTP cannot carry
 * @see W3C WoT Binding Templates, HTTP, "htv:headers"
 */
export function formHeaders(form: Form): Record<string, string> {
  const named = form["htv:headers"];
  if (named === undefined) return {};
  const headers: Record<string, string> = {};
  for (const field of [named].flat() as Record<string, unknown>[]) {
    const name = field?.["htv:fieldName"];
    const value = field?.["htv:fieldValue"];
    if (typeof name !== "string" || value === undefined) continue;
    if (FRAMING.has(name.toLowerCase())) continue;
    headers[name.toLowerCase()] = checked(name, String(value));
  }
  return headers;
}

/** The method of a form, or the operation's default. @throws InputError */
export function formMethod(form: Form, byDefault: string): string {
  const named = form["htv:methodName"];
  if (named === undefined) return byDefault;
  if (typeof named === "string" && TOKEN.test(named)) return named;
  throw new InputError({ path: "/htv:methodName", got: named, wanted: "an HTTP method" });
}

function checked(name: string, value: string): string {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return value;
  } catch (cause) {
    const wanted = "a header that HTTP can carry";
    throw new InputError({ path: "/htv:headers", got: `${name}: ${value}`, wanted }, { cause });
  }
}
