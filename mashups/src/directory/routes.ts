import { NotFoundError } from "@fogwot/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Directory } from "./directory";

export interface DirectoryRoutesOptions {
  readonly directory: Directory;
  /** Refuses a request that may not change the directory, by throwing. */
  readonly authorize: (request: FastifyRequest, reply: FastifyReply) => Promise<void>;
}

interface WithId {
  Params: { id: string };
}

/**
 * The HTTP side of a directory: W3C WoT Discovery, "Things API".
 *
 * `GET /things`, `GET | PUT | DELETE /things/{id}`, and HEAD wherever there is GET. The app that it
 * is put into parses the bodies and turns errors into problem details.
 */
export function addDirectoryRoutes(app: FastifyInstance, options: DirectoryRoutesOptions): void {
  const { directory, authorize } = options;

  app.get("/things", async (_request, reply) =>
    reply.type("application/ld+json; charset=utf-8").send(directory.listJson()),
  );

  app.get<WithId>("/things/:id", async ({ params }, reply) => {
    const json = directory.getJson(params.id);
    if (json === undefined) throw new NotFoundError(`Thing ${params.id}`);
    return reply.type("application/td+json; charset=utf-8").send(json);
  });

  app.put<WithId>("/things/:id", { onRequest: authorize }, async ({ params, body }, reply) => {
    const outcome = await directory.put(params.id, body);
    if (outcome === "updated") return reply.code(204).send();
    return reply
      .code(201)
      .header("location", `/things/${encodeURIComponent(params.id)}`)
      .send();
  });

  app.delete<WithId>("/things/:id", { onRequest: authorize }, async ({ params }, reply) => {
    if (!(await directory.delete(params.id))) throw new NotFoundError(`Thing ${params.id}`);
    return reply.code(204).send();
  });
}
