import {
  ERROR_BODY_BYTES,
  MESSAGE_TYPE,
  READING_ENTRY_BYTES,
  READING_HEADER_BYTES,
  SET_BODY_BYTES,
} from "./constants";
import { decodeFrame, type FrameFault } from "./frame";

/** One measured value as it travels: quantity code, and thousandths of the quantity's unit. */
export interface Measurement {
  readonly quantity: number;
  readonly milli: number;
}

export interface ReadingBody {
  readonly uptimeMs: number;
  readonly ageMs: number;
  readonly values: readonly Measurement[];
}

export type Message =
  | { readonly type: "query"; readonly sequence: number }
  | ({ readonly type: "reading"; readonly sequence: number } & ReadingBody)
  | ({ readonly type: "push"; readonly sequence: number } & ReadingBody)
  | {
      readonly type: "set";
      readonly sequence: number;
      readonly parameter: number;
      readonly value: number;
    }
  | { readonly type: "ack"; readonly sequence: number }
  | { readonly type: "error"; readonly sequence: number; readonly code: number };

/** `bad-body`: the body has the wrong length for its type, or contradicts itself. */
export type MessageFault = FrameFault | "unknown-type" | "bad-body";

/** One datagram → one message, or the reason why it is none. Never throws. */
export function parseMessage(bytes: Uint8Array): Message | MessageFault {
  const frame = decodeFrame(bytes);
  if (typeof frame === "string") return frame;
  const { type, sequence, body } = frame;
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  switch (type) {
    case MESSAGE_TYPE.query:
      return body.length === 0 ? { type: "query", sequence } : "bad-body";
    case MESSAGE_TYPE.ack:
      return body.length === 0 ? { type: "ack", sequence } : "bad-body";
    case MESSAGE_TYPE.reading:
      return reading("reading", sequence, view);
    case MESSAGE_TYPE.push:
      return reading("push", sequence, view);
    case MESSAGE_TYPE.set:
      if (body.length !== SET_BODY_BYTES) return "bad-body";
      return {
        type: "set",
        sequence,
        parameter: view.getUint8(0),
        value: view.getInt32(1, true),
      };
    case MESSAGE_TYPE.error:
      if (body.length !== ERROR_BODY_BYTES) return "bad-body";
      return { type: "error", sequence, code: view.getUint8(0) };
    default:
      return "unknown-type";
  }
}

function reading(type: "reading" | "push", sequence: number, view: DataView): Message | "bad-body" {
  if (view.byteLength < READING_HEADER_BYTES) return "bad-body";
  const count = view.getUint8(8);
  if (count === 0) return "bad-body";
  if (view.byteLength !== READING_HEADER_BYTES + count * READING_ENTRY_BYTES) return "bad-body";
  const values: Measurement[] = [];
  for (let i = 0, at = READING_HEADER_BYTES; i < count; i++, at += READING_ENTRY_BYTES) {
    values.push({ quantity: view.getUint8(at), milli: view.getInt32(at + 1, true) });
  }
  return {
    type,
    sequence,
    uptimeMs: view.getUint32(0, true),
    ageMs: view.getUint32(4, true),
    values,
  };
}
