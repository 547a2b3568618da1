import { ByteReader, ByteWriter, OP, VALUE_TYPES } from "../module";

const NOTHING = 0x40;
const BYTES_PER_UNIT_LOG2 = 3;
/** An i32 in the encoding of locals. */
export const I32 = VALUE_TYPES.i32;

/** Pays a fixed number of units; traps by `unreachable` when that is more than is left. */
export function payUnits(fuel: number, units: number): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter().u8(OP.globalGet).u32(fuel).u8(OP.i32Const).s32(units);
  return settle(writer, fuel);
}

/** Pays a unit for every 8 bytes of the length on the stack, which stays there. */
export function payLength(fuel: number, local: number): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter().u8(OP.localTee).u32(local);
  writer.u8(OP.globalGet).u32(fuel).u8(OP.localGet).u32(local);
  writer.u8(OP.i32Const).s32(BYTES_PER_UNIT_LOG2).u8(OP.i32ShrU);
  return settle(writer, fuel);
}

/**
 * Neither sum wraps around: fuel is never below 0 where a payment begins, and no payment is more than
 * 2^29 (an eighth of the address space) or the instructions of one function.
 */
function settle(writer: ByteWriter, fuel: number): Uint8Array<ArrayBuffer> {
  writer.u8(OP.i32Sub, OP.globalSet).u32(fuel).u8(OP.globalGet).u32(fuel);
  writer.u8(OP.i32Const).s32(0).u8(OP.i32LtS, OP.if, NOTHING, OP.unreachable, OP.end);
  return writer.finish();
}

/** Length of the payment of a fixed number of units that stands at a place; 0 where none does. */
export function unitsPaidAt(bytes: Uint8Array, at: number, end: number, fuel: number): number {
  const before = new ByteWriter().u8(OP.globalGet).u32(fuel).u8(OP.i32Const).finish();
  if (!standsAt(bytes, at, before)) return 0;
  const reader = new ByteReader(bytes, "fuel", at + before.length, end);
  const units = reader.s32();
  const whole = payUnits(fuel, units);
  return standsAt(bytes, at, whole) ? whole.length : 0;
}

export function standsAt(bytes: Uint8Array, at: number, expected: Uint8Array): boolean {
  return expected.every((byte, index) => bytes[at + index] === byte);
}
