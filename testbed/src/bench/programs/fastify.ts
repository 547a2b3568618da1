import fastify, { type FastifyRequest } from "fastify";
import { serve } from "../../programs/serve";
import { authenticate } from "./credentials";

export interface FastifyReport {
  readonly url: string;
}

const TEMPERATURE = 21.5;
const PATH = "/bench/properties/temperature";

/**
 * The least a web server in Node can do for the same answer: the same token asked for, the same
 * schema for what is asked and answered, the same asynchronous source of the value.
 */
serve<{ authenticates: boolean }, FastifyReport>("bench-fastify", async ({ authenticates }) => {
  const app = fastify();
  const read = async (): Promise<number> => TEMPERATURE;
  app.get(PATH, {
    schema: {
      querystring: { type: "object", additionalProperties: false },
      response: { 200: { type: "number" } },
    },
    ...(authenticates
      ? {
          onRequest: async (request: FastifyRequest) => authenticate(request.headers.authorization),
        }
      : {}),
    handler: async (_, reply) => {
      const value = await read();
      return reply.type("application/json").send(value);
    },
  });
  const base = await app.listen({ host: "127.0.0.1", port: 0 });
  return { report: { url: `${base}${PATH}` }, stop: () => app.close() };
});
