import type { IncomingHttpHeaders } from "node:http";
import { PreconditionFailedError } from "../errors";

/**
 * Whether a client already has this state of a resource.
 *
 * Entity tags of the directory are weak: `registration.retrieved` is another at every retrieval.
 *
 * @see RFC 9110, section 13.1.2
 */
export function isNotModified(headers: IncomingHttpHeaders, etag: string): boolean {
  const tags = headers["if-none-match"];
  if (tags === undefined) return false;
  return tags.trim() === "*" || tagsOf(tags).includes(etag.replace(/^W\//, ""));
}

/**
 * `If-None-Match: *` creates and never replaces; `If-Match: *` replaces and never creates. A tag in
 * If-Match never holds, because only strong ones may.
 *
 * @throws PreconditionFailedError
 * @see RFC 9110, section 13.1.1
 */
export function checkPreconditions(headers: IncomingHttpHeaders, exists: boolean): void {
  const { "if-match": match, "if-none-match": noneMatch } = headers;
  if (match !== undefined && !(exists && match.trim() === "*")) {
    const reason = exists ? "entity tags of the directory are weak" : "there is no such Thing";
    throw new PreconditionFailedError(`If-Match: ${reason}`);
  }
  if (noneMatch?.trim() === "*" && exists) {
    throw new PreconditionFailedError("If-None-Match: there is such a Thing already");
  }
}

/** The opaque parts of a list of entity tags. */
function tagsOf(list: string): string[] {
  return [...list.matchAll(/(?:W\/)?("[^"]*")/g)].map((match) => match[1] as string);
}
