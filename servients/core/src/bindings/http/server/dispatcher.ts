import type { IncomingMessage, ServerResponse } from "node:http";
import {
  type FogwotError,
  InternalError,
  NotFoundError,
  OperationNotAllowedError,
  PayloadTooLargeError,
  StartingError,
  TooManyRequestsError,
  toFogwotError,
  WaitTimeoutError,
} from "../../../errors";
import { type Logger, silentLogger } from "../../../log";
import { challengesOf, loggableUrl } from "../../../security";
import { HttpProtocolError } from "../errors";
import type { HttpSettings } from "../options";
import { apiKeyHeaders, corsHeaders, preflightHeaders } from "./cors";
import type { Exchange, Found, MethodHandler } from "./exchange";
import { type RawHeaders, sendEmpty, sendProblem, setCommonHeaders } from "./respond";
import type { Router } from "./router";

/** Refusals that are the message's own fault, whoever is asked. */
const MALFORMED = new Set([400, 408, 413, 414, 415, 417, 431]);

export interface HttpCounts {
  requests: number;
  errors: number;
  malformed: number;
}

/** Request → resource → handler; anything thrown → an answer and a count. */
export class Dispatcher {
  readonly counts: HttpCounts = { requests: 0, errors: 0, malformed: 0 };
  readonly #router: Router;
  readonly #settings: HttpSettings;
  readonly #log: Logger;

  constructor(router: Router, settings: HttpSettings) {
    this.#router = router;
    this.#settings = settings;
    this.#log = settings.log ?? silentLogger;
  }

  handle(request: IncomingMessage, response: ServerResponse, continues: boolean): void {
    this.counts.requests++;
    response.on("timeout", () => this.#timeOut(request, response));
    try {
      if (this.#settings.cors) {
        setCommonHeaders(response, corsHeaders(this.#settings.cors, request));
      }
      const target = request.url ?? "/";
      const mark = target.indexOf("?");
      const path = mark < 0 ? target : target.slice(0, mark);
      const query = mark < 0 ? "" : target.slice(mark + 1);
      const handler = this.#handlerOf(path, request);
      if (continues) this.#continue(request, response);
      const done = handler({ request, response, query });
      if (done instanceof Promise)
        done.catch((thrown: unknown) => this.#fail(request, response, thrown));
    } catch (thrown) {
      this.#fail(request, response, thrown);
    }
  }

  /** Counts a message that never became a request. */
  countProtocolError(error: HttpProtocolError): void {
    this.counts.errors++;
    this.counts.malformed++;
    this.#log.debug({ err: error }, "refused a connection");
  }

  #handlerOf(path: string, request: IncomingMessage): MethodHandler {
    const { host, expect } = request.headers;
    if (host === undefined && request.httpVersion === "1.1") {
      throw new HttpProtocolError(400, "the Host header is missing");
    }
    if (expect !== undefined && expect.toLowerCase() !== "100-continue") {
      throw new HttpProtocolError(417, `the expectation ${expect} cannot be met`);
    }
    const method = request.method ?? "GET";
    if (method === "OPTIONS" && path === "*")
      return this.#optionsOf("GET, HEAD, PUT, POST, DELETE, OPTIONS");
    const resource = this.#router.find(originForm(path));
    if (!resource) throw this.#missing(path);
    const handler = resource.handlerOf(method);
    if (handler) return handler;
    if (method === "OPTIONS") return this.#optionsOf(resource.allow);
    throw new MethodError(method, path, resource);
  }

  #missing(path: string): FogwotError {
    return this.#settings.isStarting?.() ? new StartingError(path) : new NotFoundError(path);
  }

  /** No credentials are asked for: a browser sends none with its preflight request. */
  #optionsOf(allow: string): MethodHandler {
    return ({ request, response }: Exchange) => {
      const isPreflight = request.headers["access-control-request-method"] !== undefined;
      const further = isPreflight
        ? preflightHeaders(allow, apiKeyHeaders(this.#settings.access))
        : [];
      sendEmpty(response, 204, ["Allow", allow, ...further]);
    };
  }

  /** The answer to an event stream may take for ever; nothing else may. */
  #timeOut(request: IncomingMessage, response: ServerResponse): void {
    if (response.headersSent) return;
    const { responseTimeoutMs } = this.#settings;
    this.#fail(request, response, new WaitTimeoutError("the Thing's answer", responseTimeoutMs));
  }

  /** A body that would be refused anyway is not asked for. */
  #continue(request: IncomingMessage, response: ServerResponse): void {
    const { maxBodyBytes } = this.#settings;
    if (Number(request.headers["content-length"] ?? 0) > maxBodyBytes) {
      throw new PayloadTooLargeError(maxBodyBytes);
    }
    response.writeContinue();
  }

  #fail(request: IncomingMessage, response: ServerResponse, thrown: unknown): void {
    const error = toFogwotError(thrown);
    // Nobody is left to be answered; what was malformed about it has been counted.
    if (response.destroyed) {
      this.#logFailure(request, error);
      return;
    }
    this.counts.errors++;
    if (MALFORMED.has(error.status)) this.counts.malformed++;
    this.#logFailure(request, error);
    // The body that was announced may or may not come: what follows could not be told from it.
    if (request.headers.expect !== undefined) response.shouldKeepAlive = false;
    try {
      const allow = thrown instanceof MethodError ? ["Allow", thrown.resource.allow] : [];
      sendProblem(response, error, [...allow, ...retryHeaders(error), ...challengeHeaders(error)]);
    } catch (cause) {
      // Details that have no JSON form: the sender still gets an answer.
      sendProblem(response, new InternalError("the error has no JSON form", { cause }));
    }
  }

  #logFailure(request: IncomingMessage, error: FogwotError): void {
    const { method } = request;
    const url = loggableUrl(request.url);
    if (error instanceof InternalError) this.#log.warn({ err: error, method, url }, "failed");
    else this.#log.debug({ code: error.code, method, url }, "refused");
  }
}

function retryHeaders(error: FogwotError): RawHeaders {
  if (error instanceof TooManyRequestsError) {
    return ["Retry-After", String(Math.max(1, Math.ceil(error.retryAfterMs / 1_000)))];
  }
  return error.status === 503 ? ["Retry-After", "1"] : [];
}

function challengeHeaders(error: FogwotError): RawHeaders {
  return challengesOf(error).flatMap((challenge) => ["WWW-Authenticate", challenge]);
}

/** 405 with what is allowed instead. */
class MethodError extends OperationNotAllowedError {
  readonly resource: Found;
  constructor(method: string, path: string, resource: Found) {
    super(method, path);
    this.resource = resource;
  }
}

/** A proxy's absolute form, `http://host/path`, names the same path. */
function originForm(path: string): string {
  if (path.startsWith("/")) return path;
  const match = /^https?:\/\/[^/]*(\/.*)?$/i.exec(path);
  if (!match) throw new HttpProtocolError(400, "the request target is not a path");
  return match[1] ?? "/";
}
