import type { Rng } from "@fogwot/core";
import { BAD_INPUTS } from "./bad-inputs";
import { cut, noise, pick } from "./bytes";
import {
  ACKNOWLEDGEMENT,
  CONFIRMABLE,
  CONTENT_FORMAT,
  GET,
  header,
  type Identity,
  NON_CONFIRMABLE,
  type Option,
  POST,
  PUT,
  RESET,
  request,
} from "./coap-wire";

/** Odd, so critical, and assigned to nothing. */
const UNKNOWN_CRITICAL = 9;
const JSON_FORMAT = 50;
const XML_FORMAT = 41;

/**
 * Datagrams that no CoAP client may send, and sound requests whose payload or option the Thing
 * cannot take.
 *
 * @param path of a Device Thing
 * @see RFC 7252, section 3
 */
export function badCoap(rng: Rng, id: Identity, path: readonly string[]): Buffer {
  return pick(rng, KINDS)(rng, id, path);
}

type Kind = (rng: Rng, id: Identity, path: readonly string[]) => Buffer;

const either = (rng: Rng): number => (rng.chance(0.5) ? CONFIRMABLE : NON_CONFIRMABLE);

const KINDS: readonly Kind[] = [
  // No messages.
  (rng) => noise(rng, 3),
  (rng, id) =>
    Buffer.concat([header({ ...id, version: 2, type: either(rng), code: GET }), noise(rng, 40)]),
  (rng, id) =>
    Buffer.concat([
      header({ ...id, type: either(rng), code: GET, tokenLength: 9 + rng.int(7) }),
      noise(rng, 40),
    ]),
  (rng, id) => cut(rng, header({ ...id, type: either(rng), code: GET })),
  (rng, id) => Buffer.concat([header({ ...id, type: either(rng), code: GET }), Buffer.of(0xff)]),
  (rng, id) =>
    Buffer.concat([header({ ...id, type: either(rng), code: GET }), Buffer.of(0xbd, 0xff, 0x61)]),
  (rng, id) =>
    Buffer.concat([header({ ...id, type: either(rng), code: GET }), Buffer.of(0xf0 + rng.int(15))]),
  (rng, id) =>
    Buffer.concat([header({ ...id, type: either(rng), code: GET }), Buffer.of(0xbf, 0x61)]),
  (rng, id) =>
    Buffer.concat([
      header({ type: either(rng), code: 0, messageId: id.messageId, token: Buffer.alloc(0) }),
      Buffer.of(0xff, 1),
    ]),
  // Requests that claim to be replies.
  (_, id, path) => request({ ...id, type: ACKNOWLEDGEMENT, code: GET }, path),
  (_, id, path) => request({ ...id, type: RESET, code: POST }, [...path, "actions", "getData"]),
  // Requests with what the Thing cannot take.
  (rng, id, path) =>
    request({ ...id, type: either(rng), code: GET }, path, {
      number: UNKNOWN_CRITICAL,
      value: noise(rng, 8),
    }),
  (rng, id, path) =>
    request(
      { ...id, type: either(rng), code: POST },
      [...path, "actions", "getData"],
      format(XML_FORMAT),
      Buffer.from("<timeoutMs/>"),
    ),
  (rng, id, path) =>
    request(
      { ...id, type: either(rng), code: PUT },
      [...path, "properties", "samplingInterval"],
      format(JSON_FORMAT),
      Buffer.from(String(-1 - rng.int(1_000))),
    ),
  ...BAD_INPUTS.map(
    (input): Kind =>
      (rng, id, path) =>
        request(
          { ...id, type: either(rng), code: POST },
          [...path, "actions", "getData"],
          format(JSON_FORMAT),
          Buffer.from(input(rng)).subarray(0, 1_000),
        ),
  ),
];

function format(value: number): Option {
  return { number: CONTENT_FORMAT, value: Buffer.of(value) };
}
