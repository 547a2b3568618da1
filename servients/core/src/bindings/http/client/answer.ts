import type { IncomingHttpHeaders } from "node:http";
import type { Content, Form } from "@node-wot/core";
import { InteractionError, isProblemDetails, type ProblemDetails } from "../../../errors";
import { JSON_TYPE, toContent } from "../../payload";
import type { HttpAnswer } from "./transport";

/**
 * The payload of a successful answer, typed by the header received or else by the form.
 * @throws InteractionError for any other status than 2xx
 */
export function contentOf(form: Form, answer: HttpAnswer): Content {
  refuseFailure(form.href, answer);
  const type = answer.headers["content-type"] ?? expectedType(form);
  return toContent({ type, body: answer.body });
}

/** @throws InteractionError with the problem details, where the Thing sent any */
export function refuseFailure(href: string, answer: HttpAnswer): void {
  const { status, headers, body } = answer;
  if (status >= 200 && status < 300) return;
  throw new InteractionError(href, status, problemOf(headers, body));
}

/** The media type to ask for: what the form says the answer is. */
export function expectedType(form: Form): string {
  return form.response?.contentType ?? form.contentType ?? JSON_TYPE;
}

function problemOf(headers: IncomingHttpHeaders, body: Buffer): ProblemDetails | undefined {
  if (!headers["content-type"]?.includes("json")) return undefined;
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    return isProblemDetails(value) ? value : undefined;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // The status says enough; a broken explanation of it explains nothing.
    return undefined;
  }
}
