import { deflateRawSync, inflateRawSync } from "node:zlib";
import { sha256Hex } from "../sha256";
import { StateImageError } from "./errors";

export const PAGE_BYTES = 65_536;

/** Value types that ABI v1 allows a mutable global to have. */
export type GlobalType = "i32" | "i64" | "f32" | "f64";

/** Eight bytes per value, so that a NaN keeps its bits on the way. */
export interface GlobalImage {
  readonly type: GlobalType;
  readonly bits: bigint;
}

/**
 * Whole state of an instance between two calls: its call stack is empty then, so that linear memory
 * and mutable globals are all there is. It fits the same module on any engine, and no other module.
 */
export interface StateImage {
  /** Of the module it was taken from, hex. */
  readonly wasmSha256: string;
  /** Whole pages. */
  readonly memory: Uint8Array;
  /** `__g0`, `__g1`, … in order. */
  readonly globals: readonly GlobalImage[];
}

const MAGIC = "FWSI";
const VERSION = 1;
const TYPES: readonly GlobalType[] = ["i32", "i64", "f32", "f64"];
const HEADER_BYTES = 4 + 1 + 1 + 2 + 4 + 32;
const GLOBAL_BYTES = 9;
const CHECKSUM_BYTES = 32;

/**
 * `FWSI`, version u8, 0 u8, globals u16, pages u32, wasmSha256, (type u8, bits u64)…, deflated memory,
 * SHA-256 of everything before; little-endian.
 */
export function encodeStateImage(image: StateImage): Buffer {
  const header = Buffer.alloc(HEADER_BYTES + image.globals.length * GLOBAL_BYTES);
  header.write(MAGIC, 0, "latin1");
  header.writeUInt8(VERSION, 4);
  header.writeUInt16LE(image.globals.length, 6);
  header.writeUInt32LE(image.memory.length / PAGE_BYTES, 8);
  header.write(image.wasmSha256, 12, "hex");
  for (const [index, { type, bits }] of image.globals.entries()) {
    const at = HEADER_BYTES + index * GLOBAL_BYTES;
    header.writeUInt8(TYPES.indexOf(type), at);
    header.writeBigUInt64LE(BigInt.asUintN(64, bits), at + 1);
  }
  const body = Buffer.concat([header, deflateRawSync(image.memory)]);
  return Buffer.concat([body, Buffer.from(sha256Hex(body), "hex")]);
}

/**
 * @param maxPages what the receiver grants; checked before anything is unpacked
 * @throws StateImageError
 */
export function decodeStateImage(bytes: Uint8Array, maxPages: number): StateImage {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < HEADER_BYTES + CHECKSUM_BYTES) {
    throw new StateImageError("length", `${buffer.length} bytes`, "a whole header");
  }
  const end = buffer.length - CHECKSUM_BYTES;
  if (sha256Hex(buffer.subarray(0, end)) !== buffer.toString("hex", end)) {
    throw new StateImageError("checksum", "another one", "the SHA-256 of the image");
  }
  const magic = buffer.toString("latin1", 0, 4);
  if (magic !== MAGIC || buffer.readUInt8(4) !== VERSION) {
    throw new StateImageError("head", `${magic} ${buffer.readUInt8(4)}`, `${MAGIC} ${VERSION}`);
  }
  const pages = buffer.readUInt32LE(8);
  if (pages > maxPages) throw new StateImageError("pages", `${pages}`, `at most ${maxPages}`);
  const count = buffer.readUInt16LE(6);
  const memoryAt = HEADER_BYTES + count * GLOBAL_BYTES;
  if (memoryAt > end) throw new StateImageError("globals", `${count}`, "as many as there are");
  return {
    wasmSha256: buffer.toString("hex", 12, HEADER_BYTES),
    globals: Array.from({ length: count }, (_, index) =>
      decodeGlobal(buffer, HEADER_BYTES + index * GLOBAL_BYTES),
    ),
    memory: inflate(buffer.subarray(memoryAt, end), pages * PAGE_BYTES),
  };
}

function decodeGlobal(buffer: Buffer, at: number): GlobalImage {
  const type = TYPES[buffer.readUInt8(at)];
  if (!type) throw new StateImageError("globals", `type ${buffer.readUInt8(at)}`, TYPES.join(", "));
  return { type, bits: buffer.readBigUInt64LE(at + 1) };
}

function inflate(deflated: Buffer, length: number): Buffer {
  let memory: Buffer;
  try {
    memory = inflateRawSync(deflated, { maxOutputLength: Math.max(1, length) });
  } catch (cause) {
    throw new StateImageError("memory", "bytes that do not unpack", `${length} bytes`, { cause });
  }
  if (memory.length !== length) {
    throw new StateImageError("memory", `${memory.length} bytes`, `${length} bytes`);
  }
  return memory;
}
