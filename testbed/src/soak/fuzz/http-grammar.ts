import type { Rng } from "@fogwot/core";
import { badHttp } from "../malformed/bad-http";
import { noise, pick } from "../malformed/bytes";
import { mutateBytes, mutateJson, NASTY } from "./mutate";

/** One request near what a client sends: sound in most, wrong in some parts of it. */
export function fuzzHttp(rng: Rng, thing: string): string | Buffer {
  if (rng.chance(0.3)) return badHttp(rng, thing);
  const body = rng.chance(0.5)
    ? Buffer.from(mutateJson(rng, pick(rng, INPUTS)), "latin1")
    : NOTHING;
  const target = targetNear(rng, thing);
  const lines = [
    `${pick(rng, METHODS)} ${target} HTTP/1.${rng.chance(0.9) ? 1 : rng.int(3)}`,
    "Host: fogwot",
    "Connection: close",
    ...lengthLines(rng, body),
    ...Array.from({ length: rng.int(4) }, () => `${pick(rng, HEADERS)}: ${headerValue(rng)}`),
  ];
  const whole = Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), body]);
  return rng.chance(0.3) ? mutateBytes(rng, whole) : whole;
}

const NOTHING = Buffer.alloc(0);
const INPUTS = [{ timeoutMs: 100 }, { text: "a" }, 21.5, "auto", { low: 1, high: 2 }, 1_000];

const METHODS = [
  "GET",
  "GET",
  "GET",
  "PUT",
  "PUT",
  "POST",
  "POST",
  "DELETE",
  "HEAD",
  "OPTIONS",
  "PATCH",
  "TRACE",
];

const RESOURCES = [
  "",
  "/properties",
  "/properties/level",
  "/properties/mode",
  "/properties/setpoint",
  "/properties/samplingInterval",
  "/actions",
  "/actions/getData",
  "/actions/echo",
  "/actions/echo/1",
  "/events",
  "/events/tick",
] as const;

const QUERIES = [
  "unit=celsius",
  "unit=",
  "names=level,mode",
  "names=%2c%25",
  "longpoll",
  "cursor=1",
];

function targetNear(rng: Rng, thing: string): string {
  const path = `${thing}${pick(rng, RESOURCES)}`;
  const query = rng.chance(0.3) ? `?${pick(rng, QUERIES)}` : "";
  if (rng.chance(0.5)) return path + query;
  // What is no URL character goes as it is: that is the point.
  const at = rng.int(path.length);
  return `${path.slice(0, at)}${pick(rng, NASTY)}${path.slice(at)}${query}&${pick(rng, NASTY)}`;
}

function lengthLines(rng: Rng, body: Buffer): string[] {
  if (body.length === 0) return [];
  const type = pick(rng, TYPES);
  if (rng.chance(0.85)) return [`Content-Type: ${type}`, `Content-Length: ${body.length}`];
  return [`Content-Type: ${type}`, `Content-Length: ${pick(rng, NASTY)}`];
}

const TYPES = [
  "application/json",
  "application/json",
  "application/cbor",
  "application/json; charset=utf-8",
  "text/plain",
  "*/*",
  ";;;",
] as const;

const HEADERS = [
  "Accept",
  "Content-Type",
  "Content-Encoding",
  "Transfer-Encoding",
  "If-None-Match",
  "Last-Event-ID",
  "Prefer",
  "Expect",
  "Origin",
  "Range",
  "Upgrade",
  "Authorization",
  "Host",
] as const;

const HEADER_VALUES = [
  "text/event-stream",
  "application/cbor",
  "application/json;q=0",
  "*/*;q=2,,,a/b;q=x",
  "wait=0",
  "wait=99999999999",
  "1-0",
  "chunked",
  "gzip",
  "100-continue",
  "Basic Og==",
  "Bearer e30.e30.e30",
  "websocket",
] as const;

function headerValue(rng: Rng): string {
  if (rng.chance(0.6)) return pick(rng, HEADER_VALUES);
  return rng.chance(0.5) ? pick(rng, NASTY) : noise(rng, 30).toString("latin1");
}
