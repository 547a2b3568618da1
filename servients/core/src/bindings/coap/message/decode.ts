import { Code, type MessageType } from "./constants";
import { type Message, NO_BYTES, type Option } from "./message";

const VERSION = 1;
const HEADER_BYTES = 4;
const MAXIMUM_TOKEN_BYTES = 8;
const PAYLOAD_MARKER = 0xff;
/** More options than any request needs; a datagram could otherwise hold 65,000 empty ones. */
const MAXIMUM_OPTIONS = 64;

/**
 * Bytes of one datagram → message; the parts share the datagram's memory.
 *
 * Strict: everything RFC 7252 section 3 calls a message format error is refused.
 * @returns undefined when the datagram is not a well-formed CoAP message
 */
export function decodeMessage(data: Buffer): Message | undefined {
  if (data.length < HEADER_BYTES) return undefined;
  const first = data[0] as number;
  const tokenLength = first & 0x0f;
  if (first >> 6 !== VERSION || tokenLength > MAXIMUM_TOKEN_BYTES) return undefined;
  const code = data[1] as number;
  const optionsStart = HEADER_BYTES + tokenLength;
  if (optionsStart > data.length) return undefined;
  // An empty message is the bare header (RFC 7252, section 4.1).
  if (code === Code.empty && data.length !== HEADER_BYTES) return undefined;
  const options: Option[] = [];
  const payloadStart = decodeOptions(data, optionsStart, options);
  if (payloadStart === undefined) return undefined;
  return {
    type: ((first >> 4) & 0x03) as MessageType,
    code,
    messageId: ((data[2] as number) << 8) | (data[3] as number),
    token: tokenLength === 0 ? NO_BYTES : data.subarray(HEADER_BYTES, optionsStart),
    options,
    payload: payloadStart === data.length ? NO_BYTES : data.subarray(payloadStart),
  };
}

/**
 * Reads options up to the payload marker or the end; also the format of CoAP over TCP.
 * @returns where the payload starts (the length where there is none), undefined on a format error
 */
export function decodeOptions(data: Buffer, start: number, into: Option[]): number | undefined {
  let at = start;
  let number = 0;
  while (at < data.length) {
    const byte = data[at++] as number;
    if (byte === PAYLOAD_MARKER) return at === data.length ? undefined : at;
    if (into.length === MAXIMUM_OPTIONS) return undefined;
    let delta = byte >> 4;
    if (delta >= 13) {
      if (delta === 15) return undefined;
      const extra = delta - 12;
      if (at + extra > data.length) return undefined;
      delta = extended(data, at, extra);
      at += extra;
    }
    let length = byte & 0x0f;
    if (length >= 13) {
      if (length === 15) return undefined;
      const extra = length - 12;
      if (at + extra > data.length) return undefined;
      length = extended(data, at, extra);
      at += extra;
    }
    number += delta;
    const end = at + length;
    if (end > data.length || number > 0xffff) return undefined;
    into.push({ number, value: data.subarray(at, end) });
    at = end;
  }
  return data.length;
}

/** Option delta or length in one byte (13 …) or two (269 …) (RFC 7252, section 3.1). */
function extended(data: Buffer, at: number, bytes: number): number {
  const high = data[at] as number;
  return bytes === 1 ? high + 13 : ((high << 8) | (data[at + 1] as number)) + 269;
}
