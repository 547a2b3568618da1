import type { Rng } from "@fogwot/core";
import { BAD_INPUTS } from "./bad-inputs";
import { noise, pick } from "./bytes";

/**
 * Bytes that are no HTTP request, and requests whose payload the Thing cannot take. Every one has to
 * be refused.
 *
 * @param thing path of a Device Thing
 */
export function badHttp(rng: Rng, thing: string): string | Buffer {
  return pick(rng, REQUESTS)(rng, thing);
}

type Request = (rng: Rng, thing: string) => string | Buffer;

function head(method: string, path: string, ...headers: readonly string[]): string {
  return [`${method} ${path} HTTP/1.1`, "Host: fogwot", "Connection: close", ...headers].join(
    "\r\n",
  );
}

function withBody(method: string, path: string, body: string | Buffer, type = "application/json") {
  const bytes = Buffer.from(body);
  const lines = head(method, path, `Content-Type: ${type}`, `Content-Length: ${bytes.length}`);
  return Buffer.concat([Buffer.from(`${lines}\r\n\r\n`), bytes]);
}

const REQUESTS: readonly Request[] = [
  // No method begins like this, so that nobody waits for more of it.
  (rng) => Buffer.concat([Buffer.of(0x80), noise(rng, 200)]),
  (rng) => `GET /${"a".repeat(20_000 + rng.int(9_000))} HTTP/1.1\r\n\r\n`,
  (rng, thing) => `GET ${thing} HTTP/${3 + rng.int(7)}.${rng.int(10)}\r\nHost: x\r\n\r\n`,
  (_, thing) => `GET ${thing} HTP/1.1\r\nHost: x\r\n\r\n`,
  (_, thing) => `${head("GET", `${thing}/properties/status`, "Host : x")}\r\n\r\n`,
  (rng, thing) => `${head("GET", thing, `X-A\u0000${rng.int(9)}: 1`)}\r\n\r\n`,
  (rng, thing) => `${head("GET", thing, `X-Long: ${"b".repeat(20_000 + rng.int(9_000))}`)}\r\n\r\n`,
  (_, thing) => `GET ${thing}/properties/status HTTP/1.1\r\nConnection: close\r\n\r\n`,
  (rng, thing) =>
    `${head("PUT", `${thing}/properties/samplingInterval`, `Content-Length: -${1 + rng.int(9)}`)}\r\n\r\n`,
  (_, thing) =>
    `${head("POST", `${thing}/actions/getData`, "Content-Length: 1", "Content-Length: 2")}\r\n\r\n{}`,
  (rng, thing) =>
    `${head("POST", `${thing}/actions/getData`, "Transfer-Encoding: chunked")}\r\n\r\nZ${rng.int(9)}\r\n`,
  (_, thing) => `${head("POST", `${thing}/actions/getData`, "Content-Length: 9999999999")}\r\n\r\n`,
  (_, thing) => withBody("POST", `${thing}/actions/getData`, "<timeoutMs/>", "application/xml"),
  (_, thing) => withBody("PUT", `${thing}/properties/samplingInterval`, ""),
  (rng, thing) =>
    withBody("PUT", `${thing}/properties/samplingInterval`, String(-1 - rng.int(1_000))),
  ...BAD_INPUTS.map(
    (input): Request =>
      (rng, thing) =>
        withBody("POST", `${thing}/actions/getData`, input(rng)),
  ),
];
