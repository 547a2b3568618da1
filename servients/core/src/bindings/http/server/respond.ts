import type { ServerResponse } from "node:http";
import type { FogwotError, ProblemDetails } from "../../../errors";
import type { Payload } from "../../payload";

export const PROBLEM_TYPE = "application/problem+json";

/** Header names and values in turn: Node writes such an array without looking each one up. */
export type RawHeaders = string[];

/** Answers with a body. Small ones leave in the same write as the header. */
export function sendPayload(
  response: ServerResponse,
  status: number,
  payload: Payload,
  headers: RawHeaders = [],
): void {
  if (isGone(response)) return;
  const { type, body } = payload;
  head(response, status, ["Content-Type", type, "Content-Length", String(body.length), ...headers]);
  // Latin-1 maps bytes to characters one to one, and Node joins a string with the header.
  if (body.length <= SINGLE_WRITE_BYTES) response.end(body.toString("latin1"), "latin1");
  else response.end(body);
}

const SINGLE_WRITE_BYTES = 16 * 1024;

export function sendEmpty(
  response: ServerResponse,
  status: number,
  headers: RawHeaders = [],
): void {
  if (isGone(response)) return;
  head(response, status, headers);
  response.end();
}

/** @see RFC 7807 */
export function sendProblem(
  response: ServerResponse,
  error: FogwotError,
  headers: RawHeaders = [],
): void {
  const problem = error.toProblem();
  sendPayload(response, problemStatus(problem), problemPayload(problem), headers);
}

/** A handler may throw any status; only those of errors may leave as one. */
export function problemStatus(problem: ProblemDetails): number {
  const { status } = problem;
  return Number.isInteger(status) && status >= 400 && status <= 599 ? status : 500;
}

export function problemPayload(problem: ProblemDetails): Payload {
  return { type: PROBLEM_TYPE, body: Buffer.from(JSON.stringify(problem)) };
}

/** Whether nobody is there any more to be answered, or the answer has begun. */
export function isGone(response: ServerResponse): boolean {
  return response.headersSent || response.writableEnded || response.destroyed;
}

function head(response: ServerResponse, status: number, headers: RawHeaders): void {
  const added = commonHeaders.get(response);
  response.writeHead(status, added ? [...headers, ...added] : headers);
}

const commonHeaders = new WeakMap<ServerResponse, RawHeaders>();

/** Headers every answer to this request gets: CORS. */
export function setCommonHeaders(response: ServerResponse, headers: RawHeaders): void {
  commonHeaders.set(response, headers);
}

export function commonHeadersOf(response: ServerResponse): RawHeaders {
  return commonHeaders.get(response) ?? [];
}
