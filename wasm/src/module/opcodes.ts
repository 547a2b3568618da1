import type { Feature } from "./module-error";

/** Instructions that somebody asks for by name. A prefixed one is `prefix << 16 | number`. */
export const OP = {
  unreachable: 0x00,
  nop: 0x01,
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  brTable: 0x0e,
  return: 0x0f,
  call: 0x10,
  callIndirect: 0x11,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  globalGet: 0x23,
  globalSet: 0x24,
  memorySize: 0x3f,
  memoryGrow: 0x40,
  i32Const: 0x41,
  i64Const: 0x42,
  f32Const: 0x43,
  f64Const: 0x44,
  i32LtS: 0x48,
  i32Add: 0x6a,
  i32Sub: 0x6b,
  i32ShrU: 0x76,
  refNull: 0xd0,
  refFunc: 0xd2,
  memoryCopy: 0xfc_000a,
  memoryFill: 0xfc_000b,
} as const;

/** What stands behind an opcode. */
export type Immediate =
  | "none"
  | "block"
  | "u32"
  | "u32u32"
  | "brTable"
  | "callIndirect"
  | "selectTypes"
  | "memarg"
  | "memargLane"
  | "memory"
  | "memory2"
  | "s32"
  | "s64"
  | "f32"
  | "f64"
  | "byte"
  | "bytes16"
  | "heapType"
  /** Not understood: the walk ends here. */
  | "opaque";

export interface OpcodeInfo {
  readonly immediate: Immediate;
  /** Absent: of the first version. */
  readonly feature?: Feature;
}

const table = new Map<number, OpcodeInfo>();

function put(from: number, to: number, immediate: Immediate, feature?: Feature): void {
  const info = feature === undefined ? { immediate } : { immediate, feature };
  for (let opcode = from; opcode <= to; opcode++) table.set(opcode, info);
}

put(0x00, 0x01, "none");
put(0x02, 0x04, "block");
put(0x05, 0x05, "none");
put(0x06, 0x06, "block", "exceptions");
put(0x07, 0x09, "u32", "exceptions");
put(0x0a, 0x0a, "none", "exceptions");
put(0x0b, 0x0b, "none");
put(0x0c, 0x0d, "u32");
put(0x0e, 0x0e, "brTable");
put(0x0f, 0x0f, "none");
put(0x10, 0x10, "u32");
put(0x11, 0x11, "callIndirect");
put(0x12, 0x12, "u32", "tail-calls");
put(0x13, 0x13, "u32u32", "tail-calls");
put(0x14, 0x15, "u32", "gc");
put(0x18, 0x18, "u32", "exceptions");
put(0x19, 0x19, "none", "exceptions");
put(0x1a, 0x1b, "none");
put(0x1c, 0x1c, "selectTypes", "reference-types");
put(0x1f, 0x1f, "opaque", "exceptions");
put(0x20, 0x24, "u32");
put(0x25, 0x26, "u32", "reference-types");
put(0x28, 0x3e, "memarg");
put(0x3f, 0x40, "memory");
put(0x41, 0x41, "s32");
put(0x42, 0x42, "s64");
put(0x43, 0x43, "f32");
put(0x44, 0x44, "f64");
put(0x45, 0xbf, "none");
put(0xc0, 0xc4, "none", "sign-extension");
put(0xd0, 0xd0, "heapType", "reference-types");
put(0xd1, 0xd1, "none", "reference-types");
put(0xd2, 0xd2, "u32", "reference-types");
put(0xd3, 0xd6, "opaque", "gc");
put(0xfb_0000, 0xfb_00ff, "opaque", "gc");
put(0xfc_0000, 0xfc_0007, "none", "nontrapping-f2i");
put(0xfc_0008, 0xfc_0008, "u32u32", "bulk-memory");
put(0xfc_0009, 0xfc_0009, "u32", "bulk-memory");
put(0xfc_000a, 0xfc_000a, "memory2", "bulk-memory-opt");
put(0xfc_000b, 0xfc_000b, "memory", "bulk-memory-opt");
put(0xfc_000c, 0xfc_000c, "u32u32", "bulk-memory");
put(0xfc_000d, 0xfc_000d, "u32", "bulk-memory");
put(0xfc_000e, 0xfc_000e, "u32u32", "bulk-memory");
put(0xfc_000f, 0xfc_0011, "u32", "reference-types");
put(0xfd_0000, 0xfd_00ff, "none", "simd");
put(0xfd_0000, 0xfd_000b, "memarg", "simd");
put(0xfd_000c, 0xfd_000d, "bytes16", "simd");
put(0xfd_0015, 0xfd_0022, "byte", "simd");
put(0xfd_0054, 0xfd_005b, "memargLane", "simd");
put(0xfd_005c, 0xfd_005d, "memarg", "simd");
put(0xfd_0100, 0xfd_0113, "none", "relaxed-simd");
put(0xfe_0000, 0xfe_004e, "memarg", "threads");
put(0xfe_0003, 0xfe_0003, "byte", "threads");

/** Undefined for what no proposal known here has assigned. */
export function opcodeInfo(opcode: number): OpcodeInfo | undefined {
  return table.get(opcode);
}

export function isPrefix(byte: number): boolean {
  return byte >= 0xfb && byte <= 0xfe;
}

/** "0x6a", "0xfc 10". */
export function opcodeName(opcode: number): string {
  const hex = (byte: number): string => `0x${byte.toString(16).padStart(2, "0")}`;
  return opcode < 0x100 ? hex(opcode) : `${hex(opcode >>> 16)} ${opcode & 0xffff}`;
}
