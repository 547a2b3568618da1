import type { ByteReader } from "./byte-reader";
import { type Feature, UnsupportedFeatureError } from "./module-error";
import { isPrefix, OP, opcodeInfo, opcodeName } from "./opcodes";

/**
 * One instruction. The walker's own object, written over by the next: keep numbers, not it.
 */
export interface Instruction {
  /** As in {@link OP}. */
  opcode: number;
  /** Bytes from the module's start; `end` is where the next one begins. */
  start: number;
  end: number;
  /**
   * First index, constant, block type or label; of br_table the furthest label; 0 where there is none
   * (i64 and floats: 0).
   */
  immediate: number;
  /** Blocks around it; a block and its `end` have that of their place. A label of this is the body's. */
  depth: number;
}

/** Which features an instruction sequence may use; `undefined` allows all that can be read. */
export type Allowed = ReadonlySet<Feature> | undefined;

/**
 * Reads instructions up to the `end` that closes the sequence. Whether they fit together is for a
 * validator (WebAssembly.validate); here it is only what they are and where.
 * @returns the reader stands behind the closing `end`, which is visited too
 * @throws MalformedModuleError for what is no instruction, or where the end comes too early
 * @throws UnsupportedFeatureError for a feature that is not allowed, or cannot be read
 */
export function walk(
  reader: ByteReader,
  allowed: Allowed,
  visit: (instruction: Instruction) => void,
): void {
  const one: Instruction = { opcode: 0, start: 0, end: 0, immediate: 0, depth: 0 };
  for (let depth = 0; ; ) {
    one.start = reader.at;
    one.opcode = readOpcode(reader);
    const info = opcodeInfo(one.opcode);
    if (!info) {
      reader.fail(`opcode ${opcodeName(one.opcode)}`, "an instruction", one.start);
    }
    const { feature, immediate } = info;
    if (feature !== undefined) need(reader, allowed, feature, one);
    if (immediate === "opaque") unsupported(reader, feature ?? "gc", one);
    one.immediate = immediate === "none" ? 0 : readImmediate(reader, allowed, immediate, one);
    one.end = reader.at;
    if (one.opcode === OP.end) depth--;
    one.depth = Math.max(depth, 0);
    visit(one);
    if (depth < 0) return;
    if (immediate === "block") depth++;
  }
}

function readOpcode(reader: ByteReader): number {
  const byte = reader.u8();
  if (!isPrefix(byte)) return byte;
  const at = reader.at;
  const number = reader.u32();
  if (number > 0xffff) reader.fail(`number ${number}`, "an instruction", at);
  return byte * 0x1_0000 + number;
}

function readImmediate(
  reader: ByteReader,
  allowed: Allowed,
  kind: Exclude<NonNullable<ReturnType<typeof opcodeInfo>>["immediate"], "none" | "opaque">,
  one: Instruction,
): number {
  switch (kind) {
    case "block":
      return readBlockType(reader, allowed, one);
    case "u32":
      return reader.u32();
    case "u32u32": {
      const first = reader.u32();
      reader.u32();
      return first;
    }
    case "callIndirect": {
      const type = reader.u32();
      const at = reader.at;
      const target = reader.u32();
      if (target !== 0) need(reader, allowed, "reference-types", one);
      else if (reader.at - at > 1) need(reader, allowed, "call-indirect-overlong", one);
      return type;
    }
    case "brTable":
      return readFurthestTarget(reader);
    case "selectTypes":
      for (let left = reader.count("types", 1_000); left > 0; left--) reader.u8();
      return 0;
    case "memarg":
      return readMemarg(reader, allowed, one);
    case "memargLane": {
      const align = readMemarg(reader, allowed, one);
      reader.u8();
      return align;
    }
    case "memory":
      return memoryIndex(reader, allowed, one);
    case "memory2":
      memoryIndex(reader, allowed, one);
      return memoryIndex(reader, allowed, one);
    case "s32":
      return reader.s32();
    case "s64":
      reader.s64();
      return 0;
    case "heapType":
      return reader.s33();
    default:
      reader.skip({ f32: 4, f64: 8, byte: 1, bytes16: 16 }[kind]);
      return 0;
  }
}

function readFurthestTarget(reader: ByteReader): number {
  let furthest = 0;
  // The default target is one more than the count.
  for (let left = reader.count("branch targets", 1_000_000); left >= 0; left--) {
    furthest = Math.max(furthest, reader.u32());
  }
  return furthest;
}

/** -64 nothing, -1 … -4 one number, 0 and more a function type. */
function readBlockType(reader: ByteReader, allowed: Allowed, one: Instruction): number {
  const type = reader.s33();
  if (type >= 0) need(reader, allowed, "multivalue", one);
  else if (type === -5) need(reader, allowed, "simd", one);
  else if (type !== -64 && type < -4) need(reader, allowed, "reference-types", one);
  return type;
}

function readMemarg(reader: ByteReader, allowed: Allowed, one: Instruction): number {
  const align = reader.u32();
  // Bit 6 says that an index of a memory follows.
  if ((align & 0x40) !== 0) {
    need(reader, allowed, "multi-memory", one);
    reader.u32();
  }
  reader.u32();
  return align;
}

/** One byte 0, since it was reserved before there were several memories. */
function memoryIndex(reader: ByteReader, allowed: Allowed, one: Instruction): number {
  const at = reader.at;
  const index = reader.u32();
  if (index !== 0 || reader.at - at > 1) need(reader, allowed, "multi-memory", one);
  return index;
}

function need(reader: ByteReader, allowed: Allowed, feature: Feature, one: Instruction): void {
  if (allowed && !allowed.has(feature)) unsupported(reader, feature, one);
}

function unsupported(reader: ByteReader, feature: Feature, one: Instruction): never {
  const got = `instruction ${opcodeName(one.opcode)}`;
  throw new UnsupportedFeatureError(feature, reader.path, one.start, got);
}
