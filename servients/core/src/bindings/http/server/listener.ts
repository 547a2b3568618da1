import http, { type IncomingMessage, type Server, type ServerResponse } from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { ConfigError, type FogwotError, PortInUseError } from "../../../errors";
import { silentLogger } from "../../../log";
import { HttpProtocolError } from "../errors";
import type { HttpSettings } from "../options";
import { PROBLEM_TYPE } from "./respond";
import { renewCertificate, secureContextOptions } from "./tls";

export interface ListenerCallbacks {
  readonly onRequest: (exchange: {
    request: IncomingMessage;
    response: ServerResponse;
    /** The client waits for "100 Continue" before it sends the body. */
    continues: boolean;
  }) => void;
  /** A connection sent what is not HTTP, or not in time. Called once per connection. */
  readonly onProtocolError: (error: HttpProtocolError) => void;
}

/** node:http or node:https with every wait bounded and every refusal an RFC 7807 document. */
export class Listener {
  readonly #settings: HttpSettings;
  readonly #server: Server;
  readonly #callbacks: ListenerCallbacks;
  #endRenewal: () => void = () => undefined;
  readonly #refused = new WeakSet<Duplex>();
  /** The latest response of each connection. */
  readonly #answers = new WeakMap<Duplex, ServerResponse>();

  constructor(settings: HttpSettings, callbacks: ListenerCallbacks) {
    this.#settings = settings;
    this.#callbacks = callbacks;
    const { headersTimeoutMs, requestTimeoutMs, keepAliveTimeoutMs, tls } = settings;
    const options = {
      noDelay: true,
      headersTimeout: headersTimeoutMs,
      requestTimeout: requestTimeoutMs,
      keepAliveTimeout: keepAliveTimeoutMs,
      // How often Node looks for connections that are too slow.
      connectionsCheckingInterval: Math.max(50, Math.min(1000, headersTimeoutMs / 4)),
      // Node would answer without a body; ours is checked in the same place as everything else.
      requireHostHeader: false,
    };
    this.#server = tls
      ? https.createServer({
          ...options,
          ...secureContextOptions(tls),
          handshakeTimeout: headersTimeoutMs,
          ALPNProtocols: ["http/1.1"],
        })
      : http.createServer(options);
    this.#server.maxConnections = settings.maxConnections;
    // Counts while a handler works; a response that listens for "timeout" keeps its socket.
    this.#server.timeout = settings.responseTimeoutMs;
  }

  /** @returns the port; @throws PortInUseError, ConfigError */
  async start(): Promise<number> {
    const server = this.#server;
    const take = (request: IncomingMessage, response: ServerResponse, continues: boolean): void => {
      this.#answers.set(request.socket, response);
      this.#callbacks.onRequest({ request, response, continues });
    };
    server.on("request", (request, response) => take(request, response, false));
    server.on("checkContinue", (request, response) => take(request, response, true));
    server.on("checkExpectation", (request, response) => take(request, response, false));
    server.on("clientError", (error: NodeJS.ErrnoException, socket) => this.#refuse(error, socket));
    server.on("tlsClientError", (cause: Error) => {
      this.#callbacks.onProtocolError(
        new HttpProtocolError(400, "the TLS handshake failed", { cause }),
      );
    });
    const { host, port } = this.#settings;
    await new Promise<void>((resolve, reject) => {
      server.once("error", (cause: NodeJS.ErrnoException) =>
        reject(listenError(host, port, cause)),
      );
      server.listen({ host, port }, () => {
        server.removeAllListeners("error");
        resolve();
      });
    });
    const { tls, log = silentLogger } = this.#settings;
    if (tls) this.#endRenewal = renewCertificate(server as https.Server, tls, { log });
    return (server.address() as AddressInfo).port;
  }

  /** Closes every connection at once: a handler that hangs must not hold the server. */
  async stop(): Promise<void> {
    this.#endRenewal();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  #refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
    if (this.#refused.has(socket)) return;
    this.#refused.add(socket);
    if (error.code === "ECONNRESET" || error.code === "EPIPE") {
      socket.destroy();
      return;
    }
    const refusal = protocolError(error);
    this.#callbacks.onProtocolError(refusal);
    // Inside an answer that has begun, another one would be taken for its body.
    const answer = this.#answers.get(socket);
    if (!socket.writable || (answer?.headersSent && !answer.writableFinished)) {
      socket.destroy();
      return;
    }
    socket.end(rawProblem(refusal));
    // The peer may go on sending for ever; it has had its answer.
    const abandon = setTimeout(() => socket.destroy(), LINGER_MS);
    abandon.unref();
    socket.once("close", () => clearTimeout(abandon));
  }
}

const LINGER_MS = 500;

function listenError(host: string, port: number, cause: NodeJS.ErrnoException): FogwotError {
  if (cause.code === "EADDRINUSE") return new PortInUseError("HTTP server", host, port, { cause });
  const wanted = `an address and port this process may listen on (${cause.code})`;
  return new ConfigError("HTTP server", [{ path: "/host", got: `${host}:${port}`, wanted }], {
    cause,
  });
}

const REFUSALS: Readonly<Record<string, readonly [number, string]>> = {
  HPE_HEADER_OVERFLOW: [431, "the request's header is too large"],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, "the chunk extensions are too large"],
  ERR_HTTP_REQUEST_TIMEOUT: [408, "the request did not arrive in time"],
};

function protocolError(cause: NodeJS.ErrnoException): HttpProtocolError {
  const [status, reason] = REFUSALS[cause.code ?? ""] ?? [400, "the request is not HTTP/1.1"];
  return new HttpProtocolError(status, reason, { cause });
}

const REASONS: Readonly<Record<number, string>> = {
  400: "Bad Request",
  408: "Request Timeout",
  413: "Content Too Large",
  431: "Request Header Fields Too Large",
};

/** An answer for a connection Node has no response object for. */
function rawProblem(error: HttpProtocolError): string {
  const body = JSON.stringify(error.toProblem());
  return [
    `HTTP/1.1 ${error.status} ${REASONS[error.status] ?? "Bad Request"}`,
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
    "",
    body,
  ].join("\r\n");
}
