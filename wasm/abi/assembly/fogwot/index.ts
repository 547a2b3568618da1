/**
 * Processor ABI v1 for AssemblyScript: `import { input, output, … } from "fogwot"`. The text that binds is
 * wasm/abi/README.md. Nothing in here allocates.
 */

/** What `abi()` returns, with the features of the processor: `ABI | STATE | TICK`. */
export const ABI: i32 = 0x0001_0000;
/** It has state_save and state_load. */
export const STATE: i32 = 1;
/** It has tick. */
export const TICK: i32 = 2;
/** It reads assets. */
export const ASSET: i32 = 4;

/** The input's length does not fit the port. */
export const E_LENGTH: i32 = -1;
/** There is no such port. */
export const E_PORT: i32 = -2;
/** A value in the input is out of range. */
export const E_VALUE: i32 = -3;
/** The configuration cannot be used; the one before holds on. */
export const E_CONFIG: i32 = -4;
/** The state is of a version, or a form, that is not understood. */
export const E_STATE: i32 = -5;
/** The output does not fit its buffer. */
export const E_SPACE: i32 = -6;
/** An asset is missing or has another size. */
export const E_ASSET: i32 = -7;
/** This and everything below is the processor's own. */
export const E_OWN: i32 = -16;

export const LOG_DEBUG: i32 = 0;
export const LOG_INFO: i32 = 1;
export const LOG_WARN: i32 = 2;
export const LOG_ERROR: i32 = 3;

// The sizes come from the manifest's `buffers`; the build hands them over.
const IN_BYTES: i32 = isDefined(FOGWOT_IN_BYTES) ? FOGWOT_IN_BYTES : 1024;
const OUT_BYTES: i32 = isDefined(FOGWOT_OUT_BYTES) ? FOGWOT_OUT_BYTES : 1024;
/** The in-buffer: what `process` and `init` are given. */
export const IN: usize = memory.data(IN_BYTES, 16);
/** The out-buffer: what `process` leaves. */
export const OUT: usize = memory.data(OUT_BYTES, 16);

export function in_ptr(): i32 {
  return <i32>IN;
}
export function in_cap(): i32 {
  return IN_BYTES;
}
export function out_ptr(): i32 {
  return <i32>OUT;
}
export function out_cap(): i32 {
  return OUT_BYTES;
}

// @ts-ignore: decorator
@external("fog", "emit")
declare function hostEmit(port: i32, ptr: usize, len: i32): void;
// @ts-ignore: decorator
@external("fog", "log")
declare function hostLog(level: i32, ptr: usize, len: i32): void;
// @ts-ignore: decorator
@external("fog", "now")
declare function hostNow(): f64;
// @ts-ignore: decorator
@external("fog", "gpio_write")
declare function hostGpioWrite(slot: i32, value: i32): void;
// @ts-ignore: decorator
@external("fog", "asset")
declare function hostAsset(index: i32, offset: i32, ptr: usize, len: i32): i32;

/** Sends bytes out of a port, before those that `process` returns. Capability `emit`. */
// @ts-ignore: decorator
@inline
export function emit(port: i32, ptr: usize, len: i32): void {
  hostEmit(port, ptr, len);
}
/** A line of UTF-8 for the node's log. Capability `log`. */
// @ts-ignore: decorator
@inline
export function log(level: i32, ptr: usize, len: i32): void {
  hostLog(level, ptr, len);
}
/** Milliseconds since 1970 at which this call began; the same during the whole call. Capability `now`. */
// @ts-ignore: decorator
@inline
export function now(): f64 {
  return hostNow();
}
/** Sets one of the manifest's `gpio` slots. Capability `gpio_write`. */
// @ts-ignore: decorator
@inline
export function gpioWrite(slot: i32, value: i32): void {
  hostGpioWrite(slot, value);
}
/**
 * Copies bytes of one of the manifest's assets. Capability `asset`.
 * @returns how many; with a `len` of 0 the asset's size; below 0 an error
 */
// @ts-ignore: decorator
@inline
export function asset(index: i32, offset: i32, ptr: usize, len: i32): i32 {
  return hostAsset(index, offset, ptr, len);
}

/** Every engine must write the same bytes, so there is one NaN. */
// @ts-ignore: decorator
@inline
export function plain64(value: f64): f64 {
  return value == value ? value : reinterpret<f64>(0x7ff8_0000_0000_0000);
}
// @ts-ignore: decorator
@inline
export function plain32(value: f32): f32 {
  return value == value ? value : reinterpret<f32>(0x7fc0_0000);
}

/** Reads the in-buffer, little-endian; `at` counts bytes and is held to no bound but the memory's. */
export namespace input {
  // @ts-ignore: decorator
  @inline export function getU8(at: i32): u32 { return load<u8>(IN + at); }
  // @ts-ignore: decorator
  @inline export function getI8(at: i32): i32 { return load<i8>(IN + at); }
  // @ts-ignore: decorator
  @inline export function getU16(at: i32): u32 { return load<u16>(IN + at); }
  // @ts-ignore: decorator
  @inline export function getI16(at: i32): i32 { return load<i16>(IN + at); }
  // @ts-ignore: decorator
  @inline export function getU32(at: i32): u32 { return load<u32>(IN + at); }
  // @ts-ignore: decorator
  @inline export function getI32(at: i32): i32 { return load<i32>(IN + at); }
  // @ts-ignore: decorator
  @inline export function getF32(at: i32): f32 { return load<f32>(IN + at); }
  // @ts-ignore: decorator
  @inline export function getF64(at: i32): f64 { return load<f64>(IN + at); }
}

/** Writes the out-buffer, little-endian; NaN in its one form. */
export namespace output {
  // @ts-ignore: decorator
  @inline export function setU8(at: i32, value: u32): void { store<u8>(OUT + at, value); }
  // @ts-ignore: decorator
  @inline export function setU16(at: i32, value: u32): void { store<u16>(OUT + at, value); }
  // @ts-ignore: decorator
  @inline export function setU32(at: i32, value: u32): void { store<u32>(OUT + at, value); }
  // @ts-ignore: decorator
  @inline export function setI32(at: i32, value: i32): void { store<i32>(OUT + at, value); }
  // @ts-ignore: decorator
  @inline export function setF32(at: i32, value: f32): void { store<f32>(OUT + at, plain32(value)); }
  // @ts-ignore: decorator
  @inline export function setF64(at: i32, value: f64): void { store<f64>(OUT + at, plain64(value)); }
  /** A copy of memory, for what is no number. */
  // @ts-ignore: decorator
  @inline export function setBytes(at: i32, from: usize, len: i32): void { memory.copy(OUT + at, from, len); }
}
