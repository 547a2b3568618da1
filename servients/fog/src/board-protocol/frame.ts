import { CRC_BYTES, HEADER_BYTES, MAGIC, MAX_BODY_BYTES, VERSION } from "./constants";

/** The envelope every message travels in. */
export interface Frame {
  readonly type: number;
  /** 0 … 65535 */
  readonly sequence: number;
  readonly body: Uint8Array;
}

/** The first check that bytes fail, in the order of the protocol text. */
export type FrameFault =
  | "truncated"
  | "bad-magic"
  | "bad-version"
  | "oversize"
  | "length-mismatch"
  | "bad-crc"
  | "bad-flags";

/** One datagram (or radio payload) is exactly one frame: bytes before or after it are a fault. */
export function decodeFrame(bytes: Uint8Array): Frame | FrameFault {
  if (bytes.length < HEADER_BYTES + CRC_BYTES) return "truncated";
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes[0] !== MAGIC) return "bad-magic";
  if (bytes[1] !== VERSION) return "bad-version";
  const bodyBytes = view.getUint16(6, true);
  if (bodyBytes > MAX_BODY_BYTES) return "oversize";
  const crcAt = HEADER_BYTES + bodyBytes;
  if (bytes.length < crcAt + CRC_BYTES) return "truncated";
  if (bytes.length > crcAt + CRC_BYTES) return "length-mismatch";
  if (view.getUint16(crcAt, true) !== crc16(bytes.subarray(0, crcAt))) return "bad-crc";
  // Version 1 defines no flag: one that is set changes the meaning in a way we do not know.
  if (bytes[3] !== 0) return "bad-flags";
  return {
    type: bytes[2] as number,
    sequence: view.getUint16(4, true),
    body: bytes.subarray(HEADER_BYTES, crcAt),
  };
}

export function encodeFrame({ type, sequence, body }: Frame): Buffer {
  const crcAt = HEADER_BYTES + body.length;
  const bytes = Buffer.alloc(crcAt + CRC_BYTES);
  bytes[0] = MAGIC;
  bytes[1] = VERSION;
  bytes[2] = type;
  bytes.writeUInt16LE(sequence, 4);
  bytes.writeUInt16LE(body.length, 6);
  bytes.set(body, HEADER_BYTES);
  bytes.writeUInt16LE(crc16(bytes.subarray(0, crcAt)), crcAt);
  return bytes;
}

/** CRC-16/CCITT-FALSE: polynomial 0x1021, initial value 0xFFFF, neither reflected nor inverted. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc = ((crc << 8) & 0xffff) ^ (CRC_TABLE[(crc >> 8) ^ byte] as number);
  }
  return crc;
}

const CRC_TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  return crc & 0xffff;
});
