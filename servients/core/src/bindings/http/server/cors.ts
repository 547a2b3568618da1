import type { IncomingMessage } from "node:http";
import type { Access } from "../../../security";
import type { CorsOptions } from "../options";
import type { RawHeaders } from "./respond";

/**
 * CORS headers of one answer; empty where the page's origin is not allowed.
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export function corsHeaders(cors: CorsOptions, request: IncomingMessage): RawHeaders {
  const { origin } = request.headers;
  if (cors.origins === "*") return ["Access-Control-Allow-Origin", "*", ...EXPOSED];
  if (origin === undefined || !cors.origins.includes(origin)) return ["Vary", "Origin"];
  return ["Access-Control-Allow-Origin", origin, "Vary", "Origin", ...EXPOSED];
}

const EXPOSED = [
  "Access-Control-Expose-Headers",
  "ETag, Link, Location, Retry-After, WWW-Authenticate",
];

const REQUEST_HEADERS = [
  "Accept",
  "Authorization",
  "Content-Type",
  "If-None-Match",
  "Last-Event-ID",
  "Prefer",
];

/** Further headers of the answer to a preflight request. */
export function preflightHeaders(allow: string, credentialHeaders: readonly string[]): RawHeaders {
  return [
    "Access-Control-Allow-Methods",
    allow,
    "Access-Control-Allow-Headers",
    [...REQUEST_HEADERS, ...credentialHeaders].join(", "),
    "Access-Control-Max-Age",
    "600",
  ];
}

/** Headers that carry an API key. */
export function apiKeyHeaders(access: Access | undefined): string[] {
  const definitions = Object.values(access?.securityOf(undefined).securityDefinitions ?? {});
  return definitions.flatMap((one) =>
    one.scheme === "apikey" && one.in === "header" ? [one.name] : [],
  );
}
