import type { Rng } from "@fogwot/core";
import { BAD_INPUTS } from "./bad-inputs";
import { cut, noise, pick } from "./bytes";

const CONFIRMABLE = 0;
const NON_CONFIRMABLE = 1;
const ACKNOWLEDGEMENT = 2;
const RESET = 3;

const GET = 1;
const POST = 2;
const PUT = 3;

const URI_PATH = 11;
const CONTENT_FORMAT = 12;
/** Odd, so critical, and assigned to nothing. */
const UNKNOWN_CRITICAL = 9;
const JSON_FORMAT = 50;
const XML_FORMAT = 41;

interface Option {
  readonly number: number;
  readonly value: Buffer;
}

interface Header {
  readonly version?: number;
  readonly type: number;
  readonly tokenLength?: number;
  readonly code: number;
  readonly messageId: number;
  readonly token: Buffer;
}

/** What every datagram of a flood differs in, so that none counts as another's repetition. */
export interface Identity {
  readonly messageId: number;
  readonly token: Buffer;
}

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

/** A ping, which whoever reads it answers with a reset. @see RFC 7252, section 4.3 */
export function ping(messageId: number): Buffer {
  return header({ type: CONFIRMABLE, code: 0, messageId, token: Buffer.alloc(0) });
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

function header({ version = 1, type, code, messageId, token, tokenLength }: Header): Buffer {
  const bytes = Buffer.alloc(4);
  bytes[0] = (version << 6) | (type << 4) | (tokenLength ?? token.length);
  bytes[1] = code;
  bytes.writeUInt16BE(messageId, 2);
  return Buffer.concat([bytes, token]);
}

function request(head: Header, path: readonly string[], option?: Option, payload?: Buffer): Buffer {
  const options = path.map((segment) => ({ number: URI_PATH, value: Buffer.from(segment) }));
  const all = (option ? [...options, option] : options).sort((a, b) => a.number - b.number);
  let last = 0;
  const encoded = all.map(({ number, value }) => {
    const bytes = Buffer.concat([optionHeader(number - last, value.length), value]);
    last = number;
    return bytes;
  });
  const body = payload?.length ? [Buffer.of(0xff), payload] : [];
  return Buffer.concat([header(head), ...encoded, ...body]);
}

/** Delta and length below 269, which is all that is needed here. */
function optionHeader(delta: number, length: number): Buffer {
  const nibble = (value: number): number => (value < 13 ? value : 13);
  const extended = [delta, length].filter((value) => value >= 13).map((value) => value - 13);
  return Buffer.of((nibble(delta) << 4) | nibble(length), ...extended);
}
