import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Stands for the processing server's directory: keeps what is put, wants the token. */
export class DirectoryDouble {
  readonly things = new Map<string, Record<string, unknown>>();
  /** Renewals without the description. */
  patches = 0;
  /** Requests without the token. */
  refused = 0;
  /** Answers 503 so many times. */
  failNext = 0;
  readonly #token: string;
  readonly #server: Server;

  constructor(token: string) {
    this.#token = token;
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const id = decodeURIComponent(request.url?.replace(/^\/things\//, "") ?? "");
        response.statusCode = this.#answer(
          request.headers.authorization,
          request.method ?? "",
          id,
          Buffer.concat(chunks).toString(),
        );
        response.end();
      });
    });
  }

  async start(): Promise<this> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/things`;
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #answer(authorization: string | undefined, method: string, id: string, body: string): number {
    if (authorization !== `Bearer ${this.#token}`) {
      this.refused++;
      return 401;
    }
    if (this.failNext > 0) {
      this.failNext--;
      return 503;
    }
    if (method === "PATCH") {
      const known = this.things.get(id);
      if (!known) return 404;
      this.patches++;
      this.things.set(id, { ...known, ...JSON.parse(body) });
      return 204;
    }
    if (method === "DELETE") return this.things.delete(id) ? 204 : 404;
    this.things.set(id, JSON.parse(body));
    return 201;
  }
}
