import type { ExposedThing } from "@node-wot/core";
import { OperationNotAllowedError } from "../../../../errors";
import type { InteractionRequest } from "../../../interaction";
import type { Payload } from "../../../payload";
import { parseUriVariables, uriVariableSchemas } from "../../../uri-variables";
import { codeText, contentFormatOf, type Option, OptionNumber, uintOption } from "../../message";
import { type Response, response } from "../exchange";
import type { RoutedRequest } from "../request";

/** What to answer, and what follows once it is on its way. */
export interface Outcome {
  readonly response: Response;
  /** @param isPartial the client has to fetch the rest of the response */
  readonly onSent?: (isPartial: boolean) => void;
  readonly onReset?: () => void;
}

/** Without it a cache on the way could answer for a minute (RFC 7252, section 5.10.5). */
export const STALE_AT_ONCE: readonly Option[] = [uintOption(OptionNumber.maxAge, 0)];

export function represent(
  code: number,
  payload: Payload,
  options: readonly Option[] = [],
): Response {
  const format = payload.body.length > 0 ? contentFormatOf(payload.type) : undefined;
  return response(
    code,
    format === undefined ? options : [...options, uintOption(OptionNumber.contentFormat, format)],
    payload.body,
  );
}

/** A request as a handler gets it: the form it uses, and the URI variables in its query. */
export function interactionOf(
  thing: ExposedThing,
  request: RoutedRequest,
  formIndex: number,
  affordance: { uriVariables?: unknown } | undefined,
): InteractionRequest {
  if (request.options.queries.length === 0) return { formIndex };
  const schemas = uriVariableSchemas(thing, affordance ?? {});
  const uriVariables = parseUriVariables(request.query, schemas);
  return uriVariables ? { formIndex, uriVariables } : { formIndex };
}

export function notAllowed({ code }: RoutedRequest, what: string): OperationNotAllowedError {
  return new OperationNotAllowedError(METHODS[code] ?? codeText(code), what);
}

const METHODS: readonly (string | undefined)[] = [
  undefined,
  "GET",
  "POST",
  "PUT",
  "DELETE",
  "FETCH",
  "PATCH",
  "iPATCH",
];
