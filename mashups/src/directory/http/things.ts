import { createHash } from "node:crypto";
import { NotFoundError, negotiate } from "@fogwot/core";
import type { FastifyInstance } from "fastify";
import type { Directory } from "../directory";
import type { Entry } from "../entry";
import type { Authorize, Guards } from "./guards";
import { jsonText, sendJson } from "./json-body";
import { sendListing } from "./listing";
import { consumes, MERGE_PATCH_TYPE, TD_TYPES } from "./media-types";
import { allowOnly, parsePage } from "./page";
import { checkPreconditions, isNotModified } from "./preconditions";

export interface ThingsRoutesOptions {
  readonly directory: Directory;
  readonly guards: Guards;
}

interface WithId {
  Params: { id: string };
}

/** `/things`: create, retrieve, update, delete, list. @see W3C WoT Discovery, "Things API" */
export function addThingsRoutes(app: FastifyInstance, options: ThingsRoutesOptions): void {
  const { directory, guards } = options;
  const bodyLimit = directory.maxThingBytes;
  const write = (authorize: Authorize) => ({
    onRequest: [authorize, consumes(TD_TYPES)],
    bodyLimit,
  });
  const patch = {
    onRequest: [guards.hook("patch"), consumes([MERGE_PATCH_TYPE], "accept-patch")],
    bodyLimit,
  };

  app.get("/things", { onRequest: guards.hook("list") }, async (request, reply) => {
    const page = parsePage(request.query as Readonly<Record<string, unknown>>);
    const entries = await guards.visible(request, directory.entries());
    return sendListing(request, reply, { directory, entries, page, path: "/things" });
  });

  app.post("/things", write(guards.hook("createAnonymous")), async (request, reply) => {
    const owner = await guards.changing(request, undefined);
    const id = await directory.create(request.body, owner);
    return reply.code(201).header("location", pathOf(id)).send();
  });

  app.get<WithId>("/things/:id", { onRequest: guards.retrieve }, async (request, reply) => {
    allowOnly(request.query as Readonly<Record<string, unknown>>, []);
    const { id } = request.params;
    const entry = directory.entry(id);
    if (!entry) throw new NotFoundError(`Thing ${id}`);
    const type = negotiate(request.headers.accept, TD_TYPES);
    const etag = etagOf(entry);
    reply.header("etag", etag);
    if (isNotModified(request.headers, etag)) return reply.code(304).send();
    return sendJson(request, reply, jsonText(type, entry.json(directory.now())));
  });

  const put = write(guards.hook("create"));
  app.put<WithId>("/things/:id", put, async (request, reply) => {
    const { id } = request.params;
    const owner = await guards.changing(request, directory.entry(id));
    checkPreconditions(request.headers, directory.has(id));
    const outcome = await directory.put(id, request.body, owner);
    if (outcome === "updated") return reply.code(204).send();
    return reply.code(201).header("location", pathOf(id)).send();
  });

  app.patch<WithId>("/things/:id", patch, async (request, reply) => {
    const { id } = request.params;
    await guards.changing(request, directory.entry(id));
    checkPreconditions(request.headers, directory.has(id));
    await directory.patch(id, request.body);
    return reply.code(204).send();
  });

  app.delete<WithId>(
    "/things/:id",
    { onRequest: guards.hook("delete") },
    async (request, reply) => {
      const { id } = request.params;
      await guards.changing(request, directory.entry(id));
      if (!(await directory.delete(id))) throw new NotFoundError(`Thing ${id}`);
      return reply.code(204).send();
    },
  );
}

/** Colons stay: they are lawful in a path, and an id is easier to find again. */
function pathOf(id: string): string {
  return `/things/${encodeURIComponent(id).replaceAll("%3A", ":")}`;
}

function etagOf(entry: Entry): string {
  const digest = createHash("sha256").update(entry.json()).digest("base64url");
  return `W/"${digest.slice(0, 22)}"`;
}
