import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";

/** A plain node:http server that knows nothing of WoT. */
export class ForeignServer {
  readonly requests: IncomingMessage[] = [];
  /** TCP connections accepted so far. */
  connections = 0;
  readonly server: Server;
  #port = 0;

  constructor(listener: RequestListener) {
    this.server = createServer((request, response) => {
      this.requests.push(request);
      listener(request, response);
    });
    this.server.on("connection", () => this.connections++);
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** @param port 0 takes a free one; the former one where the server is started again */
  async start(port = this.#port): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(port, "127.0.0.1", () => resolve()));
    this.#port = (this.server.address() as AddressInfo).port;
    return this;
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
  }
}

/** What a server does at one path, with the whole body of the request. */
export type Route = (response: ServerResponse, request: IncomingMessage, body: Buffer) => void;

/** A server with one handler for each path and query; 404 elsewhere. Not started. */
export function routedServer(routes: Readonly<Record<string, Route>>): ForeignServer {
  return new ForeignServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const route = routes[request.url ?? ""] ?? answering(404, {});
      route(response, request, Buffer.concat(chunks));
    });
  });
}

export function answering(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string | Buffer = "",
): Route {
  return (response) => response.writeHead(status, headers).end(body);
}
