import { UnauthorizedError } from "@fogwot/core";
import fastify, { type FastifyRequest } from "fastify";
import { serve } from "../../programs/serve";
import { benchAccess } from "./credentials";

export interface FastifyReport {
  readonly url: string;
  /** The header to send. */
  readonly authorization: string;
}

const TEMPERATURE = 21.5;
const PATH = "/bench/properties/temperature";
const ASKED = {
  thing: "urn:fogwot:bench",
  affordance: { kind: "properties", name: "temperature" },
  op: "readproperty",
} as const;

/**
 * The least a web server in Node can do for the same answer: the same token asked for and held to
 * the same rules, the same schema for what is asked and answered, the same asynchronous source of
 * the value.
 */
serve<null, FastifyReport>("bench-fastify", async () => {
  const { access, authorization } = await benchAccess();
  const app = fastify();
  const read = async (): Promise<number> => TEMPERATURE;
  app.get(PATH, {
    schema: {
      querystring: { type: "object", additionalProperties: false },
      response: { 200: { type: "number" } },
    },
    onRequest: async ({ headers, ip }: FastifyRequest) => {
      const token = /^Bearer +(.+)$/i.exec(headers.authorization ?? "")?.[1];
      if (token === undefined) throw new UnauthorizedError("credentials are required");
      const who = access.authenticate({ kind: "bearer", token }, ip);
      const principal = who instanceof Promise ? await who : who;
      access.admit(principal, ip);
      access.authorize(principal, ASKED);
    },
    handler: async (_, reply) => {
      const value = await read();
      return reply.type("application/json").send(value);
    },
  });
  const base = await app.listen({ host: "127.0.0.1", port: 0 });
  return { report: { url: `${base}${PATH}`, authorization }, stop: () => app.close() };
});
