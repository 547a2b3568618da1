import type { Frame } from "../message";
import { inOrder, optionsLength, writeOptions } from "../message";

const PAYLOAD_MARKER = 0xff;

/** Message → bytes on a stream (RFC 8323, section 3.2). */
export function encodeFrame({ code, token, options, payload }: Frame): Buffer {
  const ordered = inOrder(options);
  const body = optionsLength(ordered) + (payload.length > 0 ? 1 + payload.length : 0);
  const extended = extendedBytes(body);
  const data = Buffer.allocUnsafe(2 + extended + token.length + body);
  data[0] = (lengthNibble(body) << 4) | token.length;
  if (extended === 1) data[1] = body - 13;
  else if (extended === 2) data.writeUInt16BE(body - 269, 1);
  else if (extended === 4) data.writeUInt32BE(body - 65_805, 1);
  let at = 1 + extended;
  data[at++] = code;
  data.set(token, at);
  at = writeOptions(ordered, data, at + token.length);
  if (payload.length > 0) {
    data[at++] = PAYLOAD_MARKER;
    data.set(payload, at);
  }
  return data;
}

function lengthNibble(body: number): number {
  if (body < 13) return body;
  if (body < 269) return 13;
  return body < 65_805 ? 14 : 15;
}

function extendedBytes(body: number): number {
  if (body < 13) return 0;
  if (body < 269) return 1;
  return body < 65_805 ? 2 : 4;
}
