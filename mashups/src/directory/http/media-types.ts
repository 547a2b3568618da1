import { UnsupportedMediaTypeError } from "@fogwot/core";
import type { FastifyReply, FastifyRequest } from "fastify";

export const TD_TYPE = "application/td+json";
export const LD_TYPE = "application/ld+json";
export const JSON_TYPE = "application/json";
export const MERGE_PATCH_TYPE = "application/merge-patch+json";
export const EVENT_STREAM_TYPE = "text/event-stream";
export const LINK_FORMAT_TYPE = "application/link-format";

/** What a Thing Description may be sent as. */
export const TD_TYPES = [TD_TYPE, JSON_TYPE, LD_TYPE] as const;

/**
 * A fastify `onRequest` hook that refuses a body of another type before it is read. A request that
 * names none means the first: JSON is the default of request bodies (tdd-things-default-representation).
 *
 * @param offer header that tells the client what it may send (RFC 5789, section 3.1)
 */
export function consumes(types: readonly string[], offer?: string) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const named = request.headers["content-type"];
    const type = named?.split(";")[0]?.trim().toLowerCase();
    if (type === undefined) request.headers["content-type"] = types[0];
    else if (!types.includes(type)) {
      if (offer) reply.header(offer, types.join(", "));
      throw new UnsupportedMediaTypeError(named ?? "none", types);
    }
  };
}
