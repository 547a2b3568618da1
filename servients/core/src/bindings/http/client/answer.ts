import { STATUS_CODES } from "node:http";
import type { Content, Form } from "@node-wot/core";
import { InteractionError, isProblemDetails, type ProblemDetails } from "../../../errors";
import { JSON_TYPE, mediaType, toContent } from "../../payload";
import { PROBLEM_TYPE } from "../server/respond";
import { EVENT_STREAM_TYPE } from "../sse/streams";
import type { HttpAnswer } from "./transport";

/**
 * The payload of a successful answer, typed by the header received or else by the form.
 * @throws InteractionError for any other status than 2xx
 */
export function contentOf(form: Form, answer: HttpAnswer): Content {
  refuseFailure(form.href, answer);
  const type = answer.headers["content-type"] || expectedType(form);
  return toContent({ type, body: answer.body });
}

/** @throws InteractionError with the problem details, where the Thing sent any */
export function refuseFailure(href: string, answer: HttpAnswer): void {
  const { status } = answer;
  if (status >= 200 && status < 300) return;
  throw new InteractionError(href, status, problemOf(answer));
}

/** What the form says the answer is. */
export function expectedType(form: Form): string {
  return form.response?.contentType ?? form.contentType ?? JSON_TYPE;
}

/**
 * The media type to ask for. A form that describes its response without one expects no payload.
 * @see TD 1.1, td-expectedResponse-missing-contentType
 */
export function acceptedType(form: Form): string {
  return form.response && form.response.contentType === undefined ? "*/*" : expectedType(form);
}

/** What the data of an event is: forms call the stream, the data, or both by `contentType`. */
export function eventType(form: Form): string {
  const named = [form.response?.contentType, form.contentType];
  return named.find((type) => type !== undefined && !isEventStream(type)) ?? JSON_TYPE;
}

export function isEventStream(type: string): boolean {
  return mediaType(type) === EVENT_STREAM_TYPE;
}

/**
 * Problem details, however few: every member of theirs is optional. Other JSON has to look like them.
 * @see RFC 9457, section 3.1
 */
function problemOf({ status, headers, body }: HttpAnswer): ProblemDetails | undefined {
  const type = headers["content-type"] ?? "";
  if (!type.includes("json")) return undefined;
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    if (isProblemDetails(value)) return value;
    if (!type.includes(PROBLEM_TYPE) || typeof value !== "object" || value === null) {
      return undefined;
    }
    return { title: STATUS_CODES[status] ?? "Refused", status, ...value } as ProblemDetails;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // The status says enough; a broken explanation of it explains nothing.
    return undefined;
  }
}
