import { resolveUrl } from "./documents/core-links";
import { expandTemplate, variablesOf } from "./uri-template";

type Json = Readonly<Record<string, unknown>>;

/**
 * URL of the first page of a directory's listing: its property `things`, by a form that reads it.
 *
 * @param td a valid Thing Description
 * @param url where it came from, what it is relative to without `base`
 * @param pageSize undefined asks for all Things at once
 * @returns undefined: it offers none
 */
export function listingUrlOf(td: Json, url: string, pageSize?: number): string | undefined {
  const things = (td.properties as Json | undefined)?.things as Json | undefined;
  const base = typeof td.base === "string" ? (resolveUrl(td.base, url) ?? url) : url;
  for (const form of (things?.forms ?? []) as Json[]) {
    const { href, op = "readproperty", subprotocol, "htv:methodName": method = "GET" } = form;
    const reads = [op].flat().includes("readproperty") && method === "GET";
    if (!reads || subprotocol !== undefined || typeof href !== "string") continue;
    const isPaged = pageSize !== undefined && variablesOf(href).includes("limit");
    const filled = expandTemplate(href, isPaged ? { limit: pageSize, offset: 0 } : {});
    const listing = resolveUrl(filled, base);
    if (listing !== undefined) return listing;
  }
  return undefined;
}
