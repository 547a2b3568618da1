import http from "node:http";
import https from "node:https";
import {
  InteractionAbortedError,
  InteractionTimeoutError,
  PayloadTooLargeError,
  UnreachableError,
} from "../../../errors";
import { refuseAborted } from "../../limits";
import { isRedirect, MAX_REDIRECTS, redirected } from "./redirects";

export interface TransportOptions {
  /** Longest wait of one request, from sending to the last byte of the answer. */
  readonly timeoutMs: number;
  readonly maxBodyBytes: number;
  /** Certificates to trust instead of those Node comes with, PEM. */
  readonly ca?: string | undefined;
}

export interface HttpRequest {
  readonly method: string;
  readonly href: string;
  readonly headers: Record<string, string>;
  /** Sent with the query, and shown in no error. */
  readonly secretQuery?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** Longest wait for this request instead of the usual one. */
  readonly timeoutMs?: number;
  /** Whether it carries no credentials, so that a redirect may lead to another host. */
  readonly isAnonymous?: boolean;
  /** Breaks the request off. */
  readonly signal?: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

/** An answer whose body is still to come. */
export interface OpenAnswer {
  readonly status: number;
  readonly message: http.IncomingMessage;
  /** Breaks the connection off. */
  abort(): void;
}

/** Free connections are given up before a server's usual 65 s, so that none is used as it closes. */
const FREE_SOCKET_MS = 30_000;
const REPEATABLE = new Set(["GET", "HEAD", "PUT"]);

/** HTTP connections shared by every client of one factory. */
export class Transport {
  readonly #options: TransportOptions;
  readonly #agents: { readonly http: http.Agent; readonly https: https.Agent };

  constructor(options: TransportOptions) {
    this.#options = options;
    const { ca } = options;
    const kept = { keepAlive: true, noDelay: true, timeout: FREE_SOCKET_MS };
    this.#agents = {
      http: new http.Agent(kept),
      https: new https.Agent({ ...kept, minVersion: "TLSv1.2", ...(ca ? { ca } : {}) }),
    };
  }

  /** Longest wait of one request, ms. */
  get timeoutMs(): number {
    return this.#options.timeoutMs;
  }

  /**
   * One request, wherever it is redirected to, and its whole answer, whatever its status.
   * @throws InteractionTimeoutError, UnreachableError, PayloadTooLargeError, InteractionAbortedError
   */
  async exchange(request: HttpRequest): Promise<HttpAnswer> {
    const deadlineMs = performance.now() + (request.timeoutMs ?? this.#options.timeoutMs);
    let answer = await this.#repeatable(request, deadlineMs);
    let next = request;
    for (let n = 0; n < MAX_REDIRECTS && isRedirect(answer.status); n++) {
      const redirect = redirected(next, answer.status, answer.headers.location);
      if (!redirect) break;
      next = redirect;
      answer = await this.#repeatable(next, deadlineMs);
    }
    return answer;
  }

  /** One request whose answer's body goes on: resolves with its header. */
  async open(request: HttpRequest): Promise<OpenAnswer> {
    const deadlineMs = performance.now() + (request.timeoutMs ?? this.#options.timeoutMs);
    let answer = await this.#open(request, deadlineMs);
    let next = request;
    for (let n = 0; n < MAX_REDIRECTS && isRedirect(answer.status); n++) {
      const redirect = redirected(next, answer.status, answer.message.headers.location);
      if (!redirect) break;
      answer.abort();
      next = redirect;
      answer = await this.#open(next, deadlineMs);
    }
    return answer;
  }

  /** Ends every connection; requests under way fail. */
  close(): void {
    this.#agents.http.destroy();
    this.#agents.https.destroy();
  }

  async #repeatable(request: HttpRequest, deadlineMs: number): Promise<HttpAnswer> {
    try {
      return await this.#attempt(request, deadlineMs);
    } catch (error) {
      // The server closed an idle connection just as it was used again: it saw no request.
      if (!(error instanceof StaleConnectionError)) throw error;
      if (!REPEATABLE.has(request.method)) throw error.asUnreachable();
      return await this.#attempt(request, deadlineMs);
    }
  }

  #open(request: HttpRequest, deadlineMs: number): Promise<OpenAnswer> {
    return this.#send(request, deadlineMs, (message, abort, done) => {
      done({ status: message.statusCode ?? 0, message, abort });
    });
  }

  #attempt(request: HttpRequest, deadlineMs: number): Promise<HttpAnswer> {
    const { maxBodyBytes } = this.#options;
    return this.#send<HttpAnswer>(request, deadlineMs, (message, abort, done, fail) => {
      const chunks: Buffer[] = [];
      let length = 0;
      message.on("data", (chunk: Buffer) => {
        length += chunk.length;
        if (length <= maxBodyBytes) chunks.push(chunk);
        else {
          fail(new PayloadTooLargeError(maxBodyBytes));
          abort();
        }
      });
      message.on("end", () => {
        const [first, second] = chunks;
        const body = first && !second ? first : Buffer.concat(chunks, length);
        done({ status: message.statusCode ?? 0, headers: message.headers, body });
      });
    });
  }

  #send<T>(
    {
      method,
      href,
      headers,
      secretQuery = NOTHING,
      body,
      timeoutMs = this.#options.timeoutMs,
      signal,
    }: HttpRequest,
    deadlineMs: number,
    onAnswer: (
      message: http.IncomingMessage,
      abort: () => void,
      done: (value: T) => void,
      fail: (error: Error) => void,
    ) => void,
  ): Promise<T> {
    refuseAborted(href, signal);
    const url = parse(href);
    const secure = url.protocol === "https:";
    return new Promise<T>((resolve, reject) => {
      const request = (secure ? https : http).request({
        protocol: url.protocol,
        hostname: url.hostname,
        port: url.port,
        path: withQuery(url.path, secretQuery),
        method,
        headers,
        agent: secure ? this.#agents.https : this.#agents.http,
        ...(signal ? { signal } : {}),
      });
      const abort = (): void => {
        request.destroy();
      };
      const waitMs = Math.max(0, deadlineMs - performance.now());
      const timer = setTimeout(() => {
        reject(new InteractionTimeoutError(href, timeoutMs));
        abort();
      }, waitMs);
      const settle = <V>(settled: (value: V) => void): ((value: V) => void) => {
        return (value) => {
          clearTimeout(timer);
          settled(value);
        };
      };
      const fail = settle<Error>(reject);
      let answered = false;
      request.on("response", (message) => {
        answered = true;
        message.on("error", (cause) => {
          const aborted =
            signal?.aborted && new InteractionAbortedError(href, { cause: signal.reason });
          fail(aborted || unreachable(href, cause));
        });
        onAnswer(message, abort, settle<T>(resolve), fail);
      });
      request.on("error", (cause: NodeJS.ErrnoException) => {
        if (signal?.aborted) {
          fail(new InteractionAbortedError(href, { cause: signal.reason }));
          return;
        }
        const stale = request.reusedSocket && !answered && cause.code === "ECONNRESET";
        fail(stale ? new StaleConnectionError(href, cause) : unreachable(href, cause));
      });
      request.end(body);
    });
  }
}

const NOTHING: Readonly<Record<string, string>> = {};

function withQuery(path: string, query: Readonly<Record<string, string>>): string {
  let target = path;
  for (const [name, value] of Object.entries(query)) {
    target += `${target.includes("?") ? "&" : "?"}${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
  }
  return target;
}

class StaleConnectionError extends UnreachableError {
  readonly #href: string;
  constructor(href: string, cause: Error) {
    super(href, "the connection was closed as it was used again", { cause });
    this.#href = href;
  }

  asUnreachable(): UnreachableError {
    return new UnreachableError(this.#href, this.message, { cause: this.cause });
  }
}

function unreachable(href: string, cause: NodeJS.ErrnoException): UnreachableError {
  return new UnreachableError(href, cause.code ?? cause.message, { cause });
}

interface Target {
  readonly protocol: string;
  readonly hostname: string;
  readonly port: string;
  readonly path: string;
}

// Parsing costs more than sending a small request; a mash-up uses the same few hrefs again.
const parsed = new Map<string, Target>();
const REMEMBERED_TARGETS = 1000;

function parse(href: string): Target {
  const known = parsed.get(href);
  if (known) return known;
  let url: URL;
  try {
    url = new URL(href);
  } catch (cause) {
    throw new UnreachableError(href, "not a URL", { cause });
  }
  if (parsed.size >= REMEMBERED_TARGETS) parsed.clear();
  const target = {
    protocol: url.protocol,
    hostname: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: url.port,
    path: url.pathname + url.search,
  };
  parsed.set(href, target);
  return target;
}
