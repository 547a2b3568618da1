import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
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
