import { createHash, timingSafeEqual } from "node:crypto";
import { UnauthorizedError } from "@fogwot/core";
import type { FastifyReply, FastifyRequest } from "fastify";

export type Authorize = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/**
 * A fastify `onRequest` hook that lets requests with the bearer token pass (RFC 6750), before
 * their body is read.
 *
 * @throws UnauthorizedError (401, with WWW-Authenticate)
 */
export function bearerAuthorization(token: string): Authorize {
  const expected = digest(token);
  return async (request, reply) => {
    const header = request.headers.authorization;
    const given = /^Bearer +([\w.~+/-]+=*)$/i.exec(header ?? "")?.[1];
    // Digests have one length, so neither length nor a common prefix shows in the time taken.
    if (given !== undefined && timingSafeEqual(digest(given), expected)) return;
    const wrong = header === undefined ? "" : ', error="invalid_token"';
    reply.header("www-authenticate", `Bearer realm="fogwot"${wrong}`);
    throw new UnauthorizedError(
      header === undefined
        ? 'this request needs the header "Authorization: Bearer <token of the running site>"'
        : "the bearer token is not the one of this site",
    );
  };
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
