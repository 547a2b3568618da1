import {
  ERROR_BODY_BYTES,
  MESSAGE_TYPE,
  READING_ENTRY_BYTES,
  READING_HEADER_BYTES,
  SET_BODY_BYTES,
} from "./constants";
import { encodeFrame } from "./frame";
import type { Message, ReadingBody } from "./parser";

/** A message → one datagram. Both directions, so that an emulated board can be written in TypeScript. */
export function writeMessage(message: Message): Buffer {
  return encodeFrame({
    type: MESSAGE_TYPE[message.type],
    sequence: message.sequence,
    body: body(message),
  });
}

function body(message: Message): Uint8Array {
  switch (message.type) {
    case "query":
    case "ack":
      return new Uint8Array(0);
    case "reading":
    case "push":
      return readingBody(message);
    case "set": {
      const bytes = Buffer.alloc(SET_BODY_BYTES);
      bytes.writeUInt8(message.parameter, 0);
      bytes.writeInt32LE(message.value, 1);
      return bytes;
    }
    case "error":
      return Buffer.alloc(ERROR_BODY_BYTES, message.code);
  }
}

function readingBody({ uptimeMs, ageMs, values }: ReadingBody): Buffer {
  const bytes = Buffer.alloc(READING_HEADER_BYTES + values.length * READING_ENTRY_BYTES);
  bytes.writeUInt32LE(uptimeMs, 0);
  bytes.writeUInt32LE(ageMs, 4);
  bytes.writeUInt8(values.length, 8);
  let at = READING_HEADER_BYTES;
  for (const { quantity, milli } of values) {
    bytes.writeUInt8(quantity, at);
    bytes.writeInt32LE(milli, at + 1);
    at += READING_ENTRY_BYTES;
  }
  return bytes;
}
