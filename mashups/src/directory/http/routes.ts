import type { Clock, Logger } from "@fogwot/core";
import type { FastifyInstance } from "fastify";
import type { Directory } from "../directory";
import { JsonPathSearch, type JsonPathSearchOptions } from "../search/jsonpath-search";
import { SemanticSearch } from "../search/semantic-search";
import { EventHub } from "./event-hub";
import { addEventsRoutes } from "./events";
import { type Authorize, type DirectoryAccess, plainGuards, ruledGuards } from "./guards";
import { MERGE_PATCH_TYPE } from "./media-types";
import { addSearchRoutes } from "./search";
import { addThingsRoutes } from "./things";
import { addWellKnownRoutes } from "./well-known";

export interface DirectoryRoutesOptions {
  readonly directory: Directory;
  /** Refuses a request that may not change the directory, by throwing. */
  readonly authorize: Authorize;
  /** Refuses a request that may not read the directory. @default nobody is refused */
  readonly authorizeRead?: Authorize;
  /** By the site's rules instead; `authorize` and `authorizeRead` are not asked then. */
  readonly access?: DirectoryAccess;
  /** The directory as a Thing: an absolute URI. */
  readonly id: string;
  readonly title: string;
  /** Where the app is reached, as its Thing Description says. */
  readonly baseUrl: () => string;
  /** Of a body as text: a value that is safe to walk. @throws InputError */
  readonly parseJson: (text: string) => unknown;
  readonly clock: Clock;
  readonly log: Logger;
  /** Event streams at a time. @default 1000 */
  readonly maxSubscribers?: number;
  readonly search?: Omit<JsonPathSearchOptions, "entries" | "clock" | "log">;
}

/**
 * The HTTP side of a directory: its own Thing Description at `/.well-known/wot`, and `/things`, `/events`
 * and `/search` of W3C WoT Discovery, with HEAD wherever there is GET. The app that it is put into
 * parses JSON bodies and turns errors into problem details.
 */
export function addDirectoryRoutes(app: FastifyInstance, options: DirectoryRoutesOptions): void {
  const { directory, access, clock, log, maxSubscribers, parseJson } = options;
  const guards = access
    ? ruledGuards(access, options.id)
    : plainGuards(options.authorize, options.authorizeRead ?? (async () => undefined));
  const hub = new EventHub({
    ...{ directory, clock },
    ...(maxSubscribers === undefined ? {} : { maxSubscribers }),
  });
  const entries = () => directory.entries();
  const jsonPath = new JsonPathSearch({ ...options.search, entries, clock, log });
  const semantic = new SemanticSearch({ entries, log });
  app.addHook("preClose", async () => {
    hub.close();
    await jsonPath.close();
  });
  app.addContentTypeParser(
    MERGE_PATCH_TYPE,
    { parseAs: "string" },
    async (_request: unknown, text: string) => (text === "" ? undefined : parseJson(text)),
  );
  addWellKnownRoutes(app, {
    ...{ id: options.id, title: options.title, baseUrl: options.baseUrl, guards },
    protectsReads: options.authorizeRead !== undefined,
    ...(access ? { security: access.security } : {}),
  });
  addThingsRoutes(app, { directory, guards });
  addEventsRoutes(app, { hub, guards });
  addSearchRoutes(app, { directory, jsonPath, semantic, guards });
}
