import { InputError, NotFoundError, negotiate } from "@fogwot/core";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { THING_EVENT_KINDS } from "../thing-event";
import type { EventHub } from "./event-hub";
import type { Guards } from "./guards";
import { EVENT_STREAM_TYPE } from "./media-types";
import { allowOnly } from "./page";

export interface EventsRoutesOptions {
  readonly hub: EventHub;
  readonly guards: Guards;
}

interface WithType {
  Params: { type?: string };
}

/** `/events{/type}{?diff}`. @see W3C WoT Discovery, "Events API" */
export function addEventsRoutes(app: FastifyInstance, options: EventsRoutesOptions): void {
  const { hub, guards } = options;
  const onRequest = guards.hook("events");
  const route = { onRequest, exposeHeadRoute: false };
  for (const url of ["/events", "/events/:type"]) {
    app.get<WithType>(url, route, async (request, reply) => {
      const subscription = parseSubscription(request);
      try {
        hub.checkRoom();
      } catch (thrown) {
        reply.header("retry-after", "10");
        throw thrown;
      }
      const stop = await guards.watch(request, () => reply.raw.destroy());
      // What hooks have said stays: the stream writes its head by itself.
      for (const [name, value] of Object.entries(reply.getHeaders())) {
        if (value !== undefined) reply.raw.setHeader(name, value);
      }
      reply.hijack();
      reply.raw.once("close", stop);
      hub.subscribe(reply.raw, {
        ...subscription,
        mayRead: (id) => guards.mayRead(request, id),
      });
      return reply;
    });

    // A stream has no end to wait for.
    app.head<WithType>(url, { onRequest }, async (request, reply) => {
      parseSubscription(request);
      return reply.type(EVENT_STREAM_TYPE).header("cache-control", "no-store").send();
    });
  }
}

function parseSubscription(request: FastifyRequest<WithType>) {
  const { type } = request.params;
  const kind = THING_EVENT_KINDS.find((known) => known === type);
  if (type !== undefined && kind === undefined) throw new NotFoundError(`event type ${type}`);
  negotiate(request.headers.accept, [EVENT_STREAM_TYPE]);
  const query = request.query as Readonly<Record<string, unknown>>;
  allowOnly(query, ["diff"]);
  const { diff = "false" } = query;
  if (diff !== "true" && diff !== "false") {
    throw new InputError({ path: "?diff", got: diff, wanted: "true or false" });
  }
  const header = request.headers["last-event-id"];
  const lastEventId = typeof header === "string" && header !== "" ? header : undefined;
  return {
    ...(kind === undefined ? {} : { kind }),
    diff: diff === "true",
    ...(lastEventId === undefined ? {} : { lastEventId }),
  };
}
