import { Code, type MessageType } from "./constants";
import { type Message, NO_BYTES, type Option } from "./message";

const VERSION_BITS = 1 << 6;
const HEADER_BYTES = 4;
const PAYLOAD_MARKER = 0xff;

/** Message → datagram. */
export function encodeMessage(message: Message): Buffer {
  const { token, payload } = message;
  const options = inOrder(message.options);
  const length =
    HEADER_BYTES +
    token.length +
    optionsLength(options) +
    (payload.length > 0 ? 1 + payload.length : 0);
  const data = Buffer.allocUnsafe(length);
  data[0] = VERSION_BITS | (message.type << 4) | token.length;
  data[1] = message.code;
  data[2] = message.messageId >> 8;
  data[3] = message.messageId & 0xff;
  data.set(token, HEADER_BYTES);
  let at = writeOptions(options, data, HEADER_BYTES + token.length);
  if (payload.length > 0) {
    data[at++] = PAYLOAD_MARKER;
    data.set(payload, at);
  }
  return data;
}

/** The 4 bytes that acknowledge or reset a message (RFC 7252, section 4.2). */
export function encodeEmpty(
  type: typeof MessageType.acknowledgement | typeof MessageType.reset,
  messageId: number,
): Buffer {
  return encodeMessage({
    type,
    code: Code.empty,
    messageId,
    token: NO_BYTES,
    options: [],
    payload: NO_BYTES,
  });
}

/** Bytes that `writeOptions` needs for options in ascending order. */
export function optionsLength(options: readonly Option[]): number {
  let length = 0;
  let previous = 0;
  for (const { number, value } of options) {
    length += 1 + extraBytes(number - previous) + extraBytes(value.length) + value.length;
    previous = number;
  }
  return length;
}

/** Writes options in ascending order at `start`; also the format of CoAP over TCP. @returns the end */
export function writeOptions(options: readonly Option[], data: Buffer, start: number): number {
  let at = start;
  let previous = 0;
  for (const { number, value } of options) {
    const delta = number - previous;
    previous = number;
    data[at++] = (nibble(delta) << 4) | nibble(value.length);
    at = writeExtended(delta, data, at);
    at = writeExtended(value.length, data, at);
    data.set(value, at);
    at += value.length;
  }
  return at;
}

function writeExtended(value: number, data: Buffer, at: number): number {
  if (value < 13) return at;
  if (value < 269) {
    data[at] = value - 13;
    return at + 1;
  }
  data[at] = (value - 269) >> 8;
  data[at + 1] = (value - 269) & 0xff;
  return at + 2;
}

function nibble(value: number): number {
  if (value < 13) return value;
  return value < 269 ? 13 : 14;
}

function extraBytes(value: number): number {
  if (value < 13) return 0;
  return value < 269 ? 1 : 2;
}

/** Options by number; those of equal numbers keep their order. */
export function inOrder(options: readonly Option[]): readonly Option[] {
  for (let i = 1; i < options.length; i++) {
    if ((options[i] as Option).number < (options[i - 1] as Option).number) {
      return [...options].sort((a, b) => a.number - b.number);
    }
  }
  return options;
}
