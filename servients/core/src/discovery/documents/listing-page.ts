import { resolveUrl } from "./core-links";
import type { FetchedDocument } from "./fetcher";

/** One page of a directory's listing. */
export interface ListingPage {
  readonly members: readonly unknown[];
  /** Absolute. */
  readonly next: string | undefined;
  /** State of the collection, where the directory says so. */
  readonly etag: string | undefined;
}

/** Where directories put the Thing Descriptions: W3C's `members`, and what others have made of it. */
const memberNames = ["members", "items", "things"];

/**
 * A JSON document as a page of Thing Descriptions: an array, or an object around one.
 *
 * @returns undefined: it is something else
 */
export function toListingPage(document: FetchedDocument, value: unknown): ListingPage | undefined {
  const members = membersOf(value);
  if (!members) return undefined;
  const link = document.links.find(({ attributes }) => attributes.rel === "next")?.target;
  const inBody = Array.isArray(value) ? undefined : (value as { next?: unknown }).next;
  const next = link ?? (typeof inBody === "string" ? inBody : undefined);
  const canonical = document.links.find(({ attributes }) => attributes.rel === "canonical");
  return {
    members,
    next: next === undefined ? undefined : resolveUrl(next, document.url),
    etag: canonical?.attributes.etag,
  };
}

function membersOf(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  if (typeof value !== "object" || value === null) return undefined;
  // A Thing Description has these members, and a page of them has not.
  if ("security" in value || "securityDefinitions" in value) return undefined;
  const members = value as Readonly<Record<string, unknown>>;
  for (const name of memberNames) {
    const found = members[name];
    if (Array.isArray(found)) return found;
  }
  return undefined;
}
