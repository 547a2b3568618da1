import { type ApiMode, ESCAPE, ESCAPE_XOR, ESCAPED, HEADER_BYTES, START } from "./constants";

/** What is added to the sum of the frame data to make 0xFF. */
export function checksumOf(data: Uint8Array): number {
  let sum = 0;
  for (const byte of data) sum += byte;
  return 0xff - (sum & 0xff);
}

/** Frame data → the bytes on the line. */
export function wrap(data: Uint8Array, mode: ApiMode): Buffer {
  const plain = Buffer.alloc(HEADER_BYTES + data.length + 1);
  plain[0] = START;
  plain.writeUInt16BE(data.length, 1);
  plain.set(data, HEADER_BYTES);
  plain[plain.length - 1] = checksumOf(data);
  return mode === 1 ? plain : escaped(plain);
}

/** Everything behind the start delimiter is escaped, length and checksum included. */
function escaped(plain: Buffer): Buffer {
  const bytes = [START];
  for (const byte of plain.subarray(1)) {
    if (ESCAPED.has(byte)) bytes.push(ESCAPE, byte ^ ESCAPE_XOR);
    else bytes.push(byte);
  }
  return Buffer.from(bytes);
}
