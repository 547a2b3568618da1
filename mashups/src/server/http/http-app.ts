import {
  challengesOf,
  FogwotError,
  InternalError,
  type Logger,
  loggableUrl,
  NotFoundError,
  PayloadTooLargeError,
  renewCertificate,
  secureContextOptions,
  type TakesCertificates,
  type TlsOptions,
  TooManyRequestsError,
  toFogwotError,
  UnsupportedMediaTypeError,
} from "@fogwot/core";
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from "fastify";
import { MalformedRequestError } from "./errors";
import { parseJson } from "./json-body";
import { refuseOtherMethods } from "./other-methods";

export interface HttpAppOptions {
  readonly log: Logger;
  /** Of one request. @default 1 MiB */
  readonly maxBodyBytes?: number;
  /** Serves HTTPS instead of HTTP. */
  readonly tls?: TlsOptions;
}

const jsonTypes = ["application/json", "application/td+json", "application/ld+json"];

/**
 * A fastify app that speaks as every part of fogwot does: JSON in, problem details (RFC 9457) for
 * every error, 405 with Allow for a known path, limits on everything.
 */
export function createHttpApp({
  log,
  maxBodyBytes = 1024 * 1024,
  tls,
}: HttpAppOptions): FastifyInstance {
  const app = fastify({
    // Fastify's types tell HTTP from HTTPS; nothing here does.
    ...(tls ? ({ https: secureContextOptions(tls) } as object) : {}),
    bodyLimit: maxBodyBytes,
    // A request that trickles in, and a client that stops reading an export, are let go.
    requestTimeout: 30_000,
    connectionTimeout: 120_000,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 2048, ignoreTrailingSlash: true },
    frameworkErrors: (error, _request, reply) => {
      sendProblem(reply, translate(error, maxBodyBytes));
    },
    clientErrorHandler: (error, socket) => {
      log.debug({ err: error }, "not a well-formed HTTP request");
      if (!socket.writable) return;
      const problem = new MalformedRequestError("the request is not well-formed HTTP").toProblem();
      const body = JSON.stringify(problem);
      socket.end(
        "HTTP/1.1 400 Bad Request\r\ncontent-type: application/problem+json; charset=utf-8\r\n" +
          `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
      );
    },
  });
  if (tls) {
    const endRenewal = renewCertificate(app.server as unknown as TakesCertificates, tls, { log });
    app.addHook("onClose", async () => endRenewal());
  }
  app.removeAllContentTypeParsers();
  // A DELETE may carry the content type of a body that it does not have.
  app.addContentTypeParser(jsonTypes, { parseAs: "string" }, async (_: unknown, text: string) =>
    text === "" ? undefined : parseJson(text),
  );
  app.setErrorHandler((thrown: FastifyError, request, reply) => {
    const error = translate(thrown, maxBodyBytes, request.headers["content-type"]);
    if (error.status >= 500)
      log.warn({ err: thrown, url: loggableUrl(request.url) }, "a request failed");
    return sendProblem(reply, error);
  });
  app.setNotFoundHandler((request, reply) =>
    sendProblem(reply, new NotFoundError(request.url.split("?")[0] ?? "")),
  );
  refuseOtherMethods(app);
  return app;
}

function sendProblem(reply: FastifyReply, error: FogwotError): FastifyReply {
  const challenges = challengesOf(error);
  if (challenges.length > 0) reply.header("www-authenticate", challenges);
  if (error instanceof TooManyRequestsError) {
    reply.header("retry-after", Math.max(1, Math.ceil(error.retryAfterMs / 1_000)));
  }
  return reply
    .code(error.status)
    .removeHeader("content-disposition")
    .header("content-type", "application/problem+json; charset=utf-8")
    .serializer((problem: unknown) => JSON.stringify(problem))
    .send(error.toProblem());
}

/** What fastify itself refuses, in our own terms. */
function translate(thrown: FastifyError, maxBodyBytes: number, contentType = "none"): FogwotError {
  if (thrown instanceof FogwotError) return thrown;
  switch (thrown.code) {
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return new PayloadTooLargeError(maxBodyBytes, { cause: thrown });
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return new UnsupportedMediaTypeError(contentType, jsonTypes, { cause: thrown });
    default: {
      const { statusCode = 500 } = thrown;
      if (statusCode >= 400 && statusCode < 500) {
        return new MalformedRequestError(thrown.message, { cause: thrown });
      }
      const typed = toFogwotError(thrown);
      return typed instanceof InternalError ? typed : new InternalError("", { cause: thrown });
    }
  }
}
