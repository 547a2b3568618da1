import { createHash } from "node:crypto";
import { JSON_TYPE } from "../../payload";
import { type Exchange, type Resource, resource } from "../server/exchange";
import { negotiate } from "../server/negotiation";
import { sendEmpty, sendPayload } from "../server/respond";
import type { ThingTarget } from "../server/thing-target";

export const TD_TYPE = "application/td+json";

/**
 * GET answers the Thing Description as it is now, with the forms of every binding.
 * @see WoT Discovery, exploration by HTTP
 */
export const descriptionResource: Resource<ThingTarget> = resource({
  GET: async (exchange, { thing, gate }) => {
    await gate.pass(exchange.request, "readdescription");
    sendDescription(exchange, thing.getThingDescription());
  },
});

/** Answers with a Thing Description and its entity tag, or that the asker has it already. */
export function sendDescription({ request, response }: Exchange, description: object): void {
  const type = negotiate(request.headers.accept, [TD_TYPE, JSON_TYPE, "application/ld+json"]);
  const body = Buffer.from(JSON.stringify(description));
  const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
  const headers = ["ETag", etag, "Vary", "Accept"];
  if (matches(request.headers["if-none-match"], etag)) sendEmpty(response, 304, headers);
  else sendPayload(response, 200, { type, body }, headers);
}

/** @see RFC 9110, section 13.1.2: weak comparison */
function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  const candidates = ifNoneMatch.split(",").map((text) => text.trim().replace(/^W\//, ""));
  return candidates.includes("*") || candidates.includes(etag);
}
