import type { IncomingMessage } from "node:http";
import { JSON_TYPE, mediaType } from "../../payload";
import { acceptsJson, negotiate } from "./negotiation";

/** @throws NotAcceptableError */
export function answerType(request: IncomingMessage, offered: readonly string[]): string {
  const { accept } = request.headers;
  return acceptsJson(accept) ? JSON_TYPE : negotiate(accept, offered);
}

/**
 * The media type of an action's output: who has no preference gets the one it sent its input in,
 * because that is the form it uses.
 * @throws NotAcceptableError
 */
export function outputType(request: IncomingMessage, offered: readonly string[]): string {
  const { accept, "content-type": given } = request.headers;
  if (given === undefined || given === JSON_TYPE) return answerType(request, offered);
  const type = mediaType(given);
  const isOffered = offered.includes(type);
  return negotiate(accept, isOffered ? [...new Set([type, ...offered])] : offered);
}
