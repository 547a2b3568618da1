import { negotiate } from "@fogwot/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Directory } from "../directory";
import { DISCOVERY_CONTEXT } from "../enriched-context";
import type { Entry } from "../entry";
import { type JsonBody, sendJson } from "./json-body";
import { JSON_TYPE, LD_TYPE, TD_TYPE } from "./media-types";
import type { Page } from "./page";
import { isNotModified } from "./preconditions";

export interface Listing {
  readonly directory: Directory;
  /** All of the collection, in the order of the listing. */
  readonly entries: readonly Entry[];
  readonly page: Page;
  /** Path of the collection, with the query that selects it. */
  readonly path: string;
}

/**
 * Sends a page of a collection of Thing Descriptions, with the links that lead on.
 *
 * @see W3C WoT Discovery, "Listing"
 */
export function sendListing(request: FastifyRequest, reply: FastifyReply, listing: Listing) {
  const { directory, entries, page, path } = listing;
  const { offset, limit = entries.length } = page;
  // A client that wants Thing Descriptions gets them in an array, which is no td+json.
  const accepted = negotiate(request.headers.accept, [LD_TYPE, JSON_TYPE, TD_TYPE]);
  const type = accepted === TD_TYPE ? LD_TYPE : accepted;
  const members = entries.slice(offset, offset + limit);
  const next = offset + members.length < entries.length ? nextPath(path, page) : undefined;
  const etag = `W/"${directory.contentTag}"`;
  reply.header("link", [
    ...(next ? [`<${next}>; rel="next"`] : []),
    `<${path}>; rel="canonical"; etag="${directory.orderTag}"`,
  ]);
  reply.header("etag", etag);
  if (isNotModified(request.headers, etag)) return reply.code(304).send();
  const body = page.format === "array" ? ["[", "]"] : wrapper({ ...listing, next });
  return sendJson(request, reply, toBody(type, members, directory.now(), body));
}

function toBody(
  type: string,
  members: readonly Entry[],
  retrievedMs: number,
  [before = "", after = ""]: readonly string[],
): JsonBody {
  const commas = Math.max(0, members.length - 1);
  const ends = Buffer.byteLength(before) + Buffer.byteLength(after);
  const bytes = members.reduce((sum, { jsonBytes }) => sum + jsonBytes, ends + commas);
  return { type, bytes, pieces: pieces(before, members, retrievedMs, after) };
}

function* pieces(before: string, members: readonly Entry[], retrievedMs: number, after: string) {
  yield before;
  let separator = "";
  for (const entry of members) {
    yield separator + entry.json(retrievedMs);
    separator = ",";
  }
  yield after;
}

/** What stands around the members in the verbose form. @see tdd-things-list-pagination-collection */
function wrapper({ entries, page, path, next }: Listing & { readonly next: string | undefined }) {
  const collection = JSON.stringify({
    "@context": DISCOVERY_CONTEXT,
    "@type": "ThingCollection",
    "@id": pathOf(path, page),
    total: entries.length,
    ...(next ? { next } : {}),
  });
  return [`${collection.slice(0, -1)},"members":[`, "]}"];
}

function nextPath(path: string, page: Page): string {
  return pathOf(path, { ...page, offset: page.offset + (page.limit ?? 0) });
}

function pathOf(path: string, { offset, limit, format }: Page): string {
  const query = [
    `offset=${offset}`,
    ...(limit === undefined ? [] : [`limit=${limit}`]),
    ...(format === "array" ? [] : [`format=${format}`]),
  ];
  return `${path}${path.includes("?") ? "&" : "?"}${query.join("&")}`;
}
