import { negotiate } from "@fogwot/core";
import type { FastifyInstance } from "fastify";
import { createDirectoryTd, type DirectoryTdOptions } from "./directory-td";
import type { Guards } from "./guards";
import { jsonText, sendJson } from "./json-body";
import { JSON_TYPE, LD_TYPE, LINK_FORMAT_TYPE, TD_TYPE } from "./media-types";

export const WELL_KNOWN_PATH = "/.well-known/wot";

export interface WellKnownRoutesOptions extends Omit<DirectoryTdOptions, "baseUrl"> {
  /** Asked at every request: the port may be known only once the app listens. */
  readonly baseUrl: () => string;
  readonly guards: Guards;
}

/**
 * How the directory makes itself known: its own Thing Description at `/.well-known/wot` (RFC 8615), and a
 * link to that at `/.well-known/core` (RFC 6690).
 */
export function addWellKnownRoutes(app: FastifyInstance, options: WellKnownRoutesOptions): void {
  const { guards } = options;

  app.get(WELL_KNOWN_PATH, { onRequest: guards.hook("describe") }, async (request, reply) => {
    const type = negotiate(request.headers.accept, [TD_TYPE, JSON_TYPE, LD_TYPE]);
    const td = createDirectoryTd({ ...options, baseUrl: options.baseUrl() });
    return sendJson(request, reply, jsonText(type, JSON.stringify(td)));
  });

  app.get("/.well-known/core", async (request, reply) => {
    negotiate(request.headers.accept, [LINK_FORMAT_TYPE]);
    const query = Object.entries(request.query as Readonly<Record<string, unknown>>);
    const isWanted = query.every(([name, value]) => matches(name, value));
    const link = `<${WELL_KNOWN_PATH}>;rt="${attributes.rt}";ct="${attributes.ct}"`;
    return reply.type(LINK_FORMAT_TYPE).send(Buffer.from(isWanted ? link : ""));
  });
}

/** Numbers of application/td+json and application/json. @see IANA, CoAP Content-Formats */
const attributes: Readonly<Record<string, string>> = {
  href: WELL_KNOWN_PATH,
  rt: "wot.directory",
  ct: "432 50",
};

/** A filter of RFC 6690, section 4.1: `name=value`, with `*` for any ending. */
function matches(name: string, value: unknown): boolean {
  const held = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
  if (held === undefined || typeof value !== "string") return false;
  return held
    .split(" ")
    .some((one) => (value.endsWith("*") ? one.startsWith(value.slice(0, -1)) : one === value));
}
