import { ByteReader, ByteWriter, OP } from "../module";

const NOTHING = 0x40;
const BYTES_PER_UNIT_LOG2 = 3;

/**
 * Where a function keeps the fuel while it runs. One without loops pays from the global; one with loops
 * from a local, which engines keep in a register, and so has to write it back where control leaves.
 */
export interface FuelPlace {
  /** Index of the global. */
  readonly global: number;
  /** Index of the local; null: none. */
  readonly local: number | null;
}

/** What a function begins with: takes the fuel, pays, traps by `unreachable` when it is more than is left. */
export function enter({ global, local }: FuelPlace, units: number): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter().u8(OP.globalGet).u32(global);
  return settle(writer.u8(OP.i32Const).s32(units), { global, local });
}

/** Pays a fixed number of units in a loop. */
export function payUnits(place: FuelPlace, units: number): Uint8Array<ArrayBuffer> {
  return settle(get(new ByteWriter(), place).u8(OP.i32Const).s32(units), place);
}

/** Pays a unit for every 8 bytes of the length on the stack, which stays there. */
export function payLength(place: FuelPlace, scratch: number): Uint8Array<ArrayBuffer> {
  const writer = get(new ByteWriter().u8(OP.localTee).u32(scratch), place);
  writer.u8(OP.localGet).u32(scratch).u8(OP.i32Const).s32(BYTES_PER_UNIT_LOG2).u8(OP.i32ShrU);
  return settle(writer, place);
}

/** Local → global, before control leaves the function or calls another. */
export function giveBack({ global, local }: FuelPlace): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  if (local !== null) writer.u8(OP.localGet).u32(local).u8(OP.globalSet).u32(global);
  return writer.finish();
}

/** Global → local, after a call. */
export function takeAgain({ global, local }: FuelPlace): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  if (local !== null) writer.u8(OP.globalGet).u32(global).u8(OP.localSet).u32(local);
  return writer.finish();
}

function get(writer: ByteWriter, { global, local }: FuelPlace): ByteWriter {
  return local === null ? writer.u8(OP.globalGet).u32(global) : writer.u8(OP.localGet).u32(local);
}

/**
 * Subtracts, keeps, and traps below 0, with the global saying so. Nothing wraps around: fuel is never
 * below 0 where a payment begins, and no payment is more than 2^29 (an eighth of the address space) or the
 * instructions of one function.
 */
function settle(writer: ByteWriter, place: FuelPlace): Uint8Array<ArrayBuffer> {
  const { global, local } = place;
  writer.u8(OP.i32Sub);
  if (local === null) writer.u8(OP.globalSet).u32(global).u8(OP.globalGet).u32(global);
  else writer.u8(OP.localTee).u32(local);
  writer.u8(OP.i32Const).s32(0).u8(OP.i32LtS, OP.if, NOTHING).raw(giveBack(place));
  return writer.u8(OP.unreachable, OP.end).finish();
}

/**
 * Length of the payment that stands at a place, whatever its units; 0 where none does.
 * @param end of the function
 */
export function paidAt(
  bytes: Uint8Array,
  { at, end }: { readonly at: number; readonly end: number },
  place: FuelPlace,
  payment: typeof enter | typeof payUnits,
): number {
  const writer = new ByteWriter();
  const before = payment === enter ? get(writer, { ...place, local: null }) : get(writer, place);
  const prefix = before.u8(OP.i32Const).finish();
  if (!standsAt(bytes, at, prefix) || at + prefix.length >= end) return 0;
  const whole = payment(place, new ByteReader(bytes, "fuel", at + prefix.length, end).s32());
  return standsAt(bytes, at, whole) ? whole.length : 0;
}

export function standsAt(bytes: Uint8Array, at: number, expected: Uint8Array): boolean {
  return expected.every((byte, index) => bytes[at + index] === byte);
}
