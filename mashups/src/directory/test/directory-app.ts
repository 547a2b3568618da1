import { type Clock, silentLogger, systemClock } from "@fogwot/core";
import type { FastifyInstance } from "fastify";
import { bearerAuthorization } from "../../server/http/bearer";
import { createHttpApp } from "../../server/http/http-app";
import { parseJson } from "../../server/http/json-body";
import { addOtherMethods } from "../../server/http/other-methods";
import { type Answer, callUrl } from "../../server/test/http-client";
import { Directory } from "../directory";
import { addDirectoryRoutes, type DirectoryRoutesOptions } from "../http/routes";
import type { DirectoryOptions } from "../options";
import { EventStream } from "./event-stream";
import { needsTitle, sampleTd } from "./sample-td";

export const token = "a-token-of-the-site";

export interface AppOptions {
  readonly directory?: Partial<DirectoryOptions>;
  readonly routes?: Partial<DirectoryRoutesOptions>;
  readonly clock?: Clock;
}

export interface SendOptions {
  /** An object is sent as JSON, a text as it is. */
  readonly body?: unknown;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A directory with its HTTP side, as the processing server puts them together, on a free port. */
export class DirectoryApp {
  readonly directory: Directory;
  readonly #app: FastifyInstance;
  readonly #streams: EventStream[] = [];
  base = "";

  constructor({ directory = {}, routes = {}, clock = systemClock }: AppOptions = {}) {
    this.directory = new Directory({ validate: needsTitle, clock, ...directory });
    this.#app = createHttpApp({ log: silentLogger });
    addDirectoryRoutes(this.#app, {
      directory: this.directory,
      authorize: bearerAuthorization(token),
      id: "urn:fogwot:test:directory",
      title: "Directory of test",
      baseUrl: () => this.base,
      parseJson,
      clock,
      log: silentLogger,
      ...routes,
    });
    addOtherMethods(this.#app);
  }

  static async start(options: AppOptions = {}): Promise<DirectoryApp> {
    const app = new DirectoryApp(options);
    await app.directory.start();
    app.base = await app.#app.listen({ host: "127.0.0.1", port: 0 });
    return app;
  }

  async stop(): Promise<void> {
    for (const stream of this.#streams) stream.close();
    await this.#app.close();
    await this.directory.stop();
  }

  get(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return callUrl(this.base, { url, headers });
  }

  /** With the token. */
  send(method: string, url: string, options: SendOptions = {}): Promise<Answer> {
    const { body, type = "application/td+json", headers = {} } = options;
    return callUrl(this.base, {
      method,
      url,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { "content-type": type }),
        ...headers,
      },
      ...(body === undefined
        ? {}
        : { payload: typeof body === "string" ? body : JSON.stringify(body) }),
    });
  }

  put(id: string, td: unknown = sampleTd(id)): Promise<Answer> {
    return this.send("PUT", pathOf(id), { body: td });
  }

  patch(id: string, patch: unknown, type = "application/merge-patch+json"): Promise<Answer> {
    return this.send("PATCH", pathOf(id), { body: patch, type });
  }

  /** Resolves when the stream is open. */
  async events(path = "/events", headers: Record<string, string> = {}): Promise<EventStream> {
    const stream = await EventStream.open(`${this.base}${path}`, headers);
    this.#streams.push(stream);
    return stream;
  }
}

export function pathOf(id: string): string {
  return `/things/${encodeURIComponent(id)}`;
}
