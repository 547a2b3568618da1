export const CONFIRMABLE = 0;
export const NON_CONFIRMABLE = 1;
export const ACKNOWLEDGEMENT = 2;
export const RESET = 3;

export const GET = 1;
export const POST = 2;
export const PUT = 3;

export const URI_PATH = 11;
export const CONTENT_FORMAT = 12;

export interface Option {
  readonly number: number;
  readonly value: Buffer;
}

export interface Header {
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

/** A ping, which whoever reads it answers with a reset. @see RFC 7252, section 4.3 */
export function ping(messageId: number): Buffer {
  return header({ type: CONFIRMABLE, code: 0, messageId, token: Buffer.alloc(0) });
}

export function header({ version = 1, type, code, messageId, token, tokenLength }: Header): Buffer {
  const bytes = Buffer.alloc(4);
  bytes[0] = (version << 6) | (type << 4) | (tokenLength ?? token.length);
  bytes[1] = code;
  bytes.writeUInt16BE(messageId, 2);
  return Buffer.concat([bytes, token]);
}

/** A request for a path, with one more option. */
export function request(
  head: Header,
  path: readonly string[],
  option?: Option,
  payload?: Buffer,
): Buffer {
  const options = path.map((segment) => ({ number: URI_PATH, value: Buffer.from(segment) }));
  return message(head, option ? [...options, option] : options, payload);
}

/** A message with its options in order. */
export function message(head: Header, options: readonly Option[], payload?: Buffer): Buffer {
  const all = [...options].sort((a, b) => a.number - b.number);
  let last = 0;
  const encoded = all.map(({ number, value }) => {
    const bytes = Buffer.concat([optionHeader(number - last, value.length), value]);
    last = number;
    return bytes;
  });
  const body = payload?.length ? [Buffer.of(0xff), payload] : [];
  return Buffer.concat([header(head), ...encoded, ...body]);
}

/** @see RFC 7252, section 3.1 */
function optionHeader(delta: number, length: number): Buffer {
  const nibble = (value: number): number => (value < 13 ? value : value < 269 ? 13 : 14);
  const extended = [delta, length].flatMap((value) => {
    if (value < 13) return [];
    return value < 269 ? [value - 13] : [(value - 269) >> 8, (value - 269) & 0xff];
  });
  return Buffer.of((nibble(delta) << 4) | nibble(length), ...extended);
}
