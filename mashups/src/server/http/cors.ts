import { type CorsOptions, corsHeaders, preflightHeaders } from "@fogwot/core";
import type { FastifyInstance } from "fastify";

/**
 * Lets web pages of other origins call: answers their preflight requests, and says on every answer
 * whether the page may read it. Call before the first route.
 *
 * @param credentialHeaders headers beside Authorization that a page may prove with who asks
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export function allowOrigins(
  app: FastifyInstance,
  cors: CorsOptions,
  credentialHeaders: readonly string[] = [],
): void {
  app.addHook("onRequest", async (request, reply) => {
    const { method, headers } = request;
    for (const [name, value] of pairs(corsHeaders(cors, request.raw))) reply.header(name, value);
    const asked = headers["access-control-request-method"];
    if (method !== "OPTIONS" || asked === undefined) return undefined;
    for (const [name, value] of pairs(preflightHeaders(asked, credentialHeaders)))
      reply.header(name, value);
    return reply.code(204).send();
  });
}

function* pairs(headers: readonly string[]): Generator<[string, string]> {
  for (let at = 0; at + 1 < headers.length; at += 2) {
    yield [headers[at] as string, headers[at + 1] as string];
  }
}
