import { Code, codeClass } from "./constants";

const CODE_OF_STATUS: Readonly<Record<number, number>> = {
  400: Code.badRequest,
  401: Code.unauthorized,
  403: Code.forbidden,
  404: Code.notFound,
  405: Code.methodNotAllowed,
  406: Code.notAcceptable,
  408: Code.requestEntityIncomplete,
  409: Code.conflict,
  412: Code.preconditionFailed,
  413: Code.requestEntityTooLarge,
  415: Code.unsupportedContentFormat,
  422: Code.unprocessableEntity,
  429: Code.tooManyRequests,
  500: Code.internalServerError,
  501: Code.notImplemented,
  502: Code.badGateway,
  503: Code.serviceUnavailable,
  504: Code.gatewayTimeout,
};

/** A FogwotError's status → response code; statuses without a code of their own go by their class. */
export function codeOfStatus(status: number): number {
  return (
    CODE_OF_STATUS[status] ??
    (status >= 400 && status < 500 ? Code.badRequest : Code.internalServerError)
  );
}

/** A response code → HTTP style status: 4.04 → 404. */
export function statusOfCode(code: number): number {
  if (code === Code.badOption) return 400;
  if (code === Code.proxyingNotSupported) return 502;
  return codeClass(code) * 100 + (code & 0x1f);
}
