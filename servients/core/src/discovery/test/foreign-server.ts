import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";

export interface ForeignAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** An object is sent as JSON. */
  readonly body?: unknown;
}

type Handler = (request: http.IncomingMessage, url: URL) => ForeignAnswer | "hang";

/** An HTTP server that answers as it is told: what other makers' directories do. */
export class ForeignServer {
  readonly requests: string[] = [];
  readonly authorizations: (string | undefined)[] = [];
  readonly #routes = new Map<string, Handler>();
  readonly #server: http.Server;
  base = "";

  constructor() {
    this.#server = http.createServer((request, response) => {
      const url = new URL(request.url ?? "/", this.base);
      this.requests.push(url.pathname + url.search);
      this.authorizations.push(request.headers.authorization);
      const handler = this.#routes.get(url.pathname);
      const answer = handler ? handler(request, url) : { status: 404 };
      if (answer === "hang") return;
      const { status = 200, headers = {}, body = "" } = answer;
      const isRaw = typeof body === "string" || Buffer.isBuffer(body);
      response.writeHead(status, {
        ...(isRaw ? {} : { "content-type": "application/td+json" }),
        ...headers,
      });
      response.end(isRaw ? body : JSON.stringify(body));
    });
  }

  static async start(): Promise<ForeignServer> {
    const server = new ForeignServer();
    server.#server.listen(0, "127.0.0.1");
    await once(server.#server, "listening");
    server.base = `http://127.0.0.1:${(server.#server.address() as AddressInfo).port}`;
    return server;
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }

  on(path: string, answer: ForeignAnswer | Handler): string {
    this.#routes.set(path, typeof answer === "function" ? answer : () => answer);
    return this.base + path;
  }

  /** A Thing at a path of its own. */
  thing(id: string, further: object = {}): string {
    return this.on(`/${id}`, { body: tdOf(id, further) });
  }

  /** A directory's Thing Description, whose listing is at `/things`. */
  directory(href = "/things", further: object = {}): string {
    const things = { forms: [{ href }] };
    const type = { "@type": "ThingDirectory", base: this.base, properties: { things } };
    return this.on("/.well-known/wot", { body: tdOf("directory", { ...type, ...further }) });
  }
}

export function tdOf(id: string, further: object = {}) {
  return {
    "@context": ["https://www.w3.org/2022/wot/td/v1.1", "https://www.w3.org/2022/wot/discovery"],
    id: `urn:${id}`,
    title: id,
    security: "nosec_sc",
    securityDefinitions: { nosec_sc: { scheme: "nosec" } },
    ...further,
  };
}
