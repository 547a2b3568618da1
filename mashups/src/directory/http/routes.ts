import type { Clock, Logger } from "@fogwot/core";
import type { FastifyInstance } from "fastify";
import type { Directory } from "../directory";
import { JsonPathSearch, type JsonPathSearchOptions } from "../search/jsonpath-search";
import { SemanticSearch } from "../search/semantic-search";
import { EventHub } from "./event-hub";
import { addEventsRoutes } from "./events";
import { MERGE_PATCH_TYPE } from "./media-types";
import { addSearchRoutes } from "./search";
import { type Authorize, addThingsRoutes } from "./things";
import { addWellKnownRoutes } from "./well-known";

export interface DirectoryRoutesOptions {
  readonly directory: Directory;
  /** Refuses a request that may not change the directory, by throwing. */
  readonly authorize: Authorize;
  /** Refuses a request that may not read the directory. @default nobody is refused */
  readonly authorizeRead?: Authorize;
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
  const { directory, authorize, clock, log, maxSubscribers, parseJson } = options;
  const authorizeRead = options.authorizeRead ?? (async () => undefined);
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
    ...{ id: options.id, title: options.title, baseUrl: options.baseUrl, authorizeRead },
    protectsReads: options.authorizeRead !== undefined,
  });
  addThingsRoutes(app, { directory, authorize, authorizeRead });
  addEventsRoutes(app, { hub, authorizeRead });
  addSearchRoutes(app, { directory, jsonPath, semantic, authorizeRead });
}
