import {
  type FogwotError,
  InteractionError,
  InteractionTimeoutError,
  isProblemDetails,
  type ProblemDetails,
  UnreachableError,
} from "../../../errors";
import { codeClass, type Frame, statusOfCode } from "../message";
import type { ChannelFailure } from "./channel";

/** The error a 4.xx or 5.xx response stands for; undefined for a success. */
export function responseError(href: string, message: Frame): InteractionError | undefined {
  if (codeClass(message.code) < 4) return undefined;
  return new InteractionError(href, statusOfCode(message.code), problemOf(message.payload));
}

export function failureError(
  href: string,
  failure: ChannelFailure,
  timeoutMs: number,
): FogwotError {
  switch (failure) {
    case "refused":
      return new UnreachableError(href, "nothing listens on that port");
    case "reset":
      return new UnreachableError(href, "the server rejected the message");
    case "disconnected":
      return new UnreachableError(href, "the connection was lost");
    case "closed":
      return new UnreachableError(href, "the client was stopped");
    case "unacknowledged":
      return new InteractionTimeoutError(href, timeoutMs);
  }
}

function problemOf(payload: Buffer): ProblemDetails | undefined {
  if (payload[0] !== 0x7b) return undefined;
  try {
    const value: unknown = JSON.parse(payload.toString("utf8"));
    return isProblemDetails(value) ? value : undefined;
  } catch {
    // A diagnostic text that only looks like JSON: the code says enough (RFC 7252, section 5.5.2).
    return undefined;
  }
}
