import {
  ACKNOWLEDGEMENT_AXIS,
  ACKNOWLEDGEMENT_MARK,
  COMMANDS,
  type Command,
  type Dialect,
  FRAME_BYTES,
  MARK,
  MINUS,
  PLUS,
  SPACE,
  STEPS_PER_UNIT,
  ZERO,
} from "./constants";
import { crc16 } from "./crc16";

const { round } = Math;

/** A frame as a controller sends it. @param axis 1 … 7 @param value degrees; axis 7: mm */
export function encodeAxis(
  dialect: Dialect,
  axis: number,
  value: number,
  poseNumber: number,
): Uint8Array {
  const steps = round(value * STEPS_PER_UNIT);
  if (dialect === "checked") return checked(MARK + axis, poseNumber, steps);
  // As the known decoders expect it, the value carries its sign in any dialect.
  const separator = { space: SPACE, zero: ZERO, sign: steps < 0 ? MINUS : PLUS }[dialect];
  return plain(axis, separator, steps);
}

/** What a controller answers to a command. @param status of STATUS */
export function encodeAcknowledgement(
  dialect: Dialect,
  id: number,
  status: number,
  poseNumber: number,
): Uint8Array {
  const value = selfChecking(id, status);
  if (dialect === "checked") return checked(ACKNOWLEDGEMENT_MARK, poseNumber, value);
  const separator = { space: SPACE, zero: ZERO, sign: PLUS }[dialect];
  return plain(ACKNOWLEDGEMENT_AXIS, separator, value);
}

/** An order to the controller, the same in every dialect. @param id 1 … 255 */
export function encodeCommand(id: number, command: Command): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setInt32(0, selfChecking(id, COMMANDS[command]), true);
  return bytes;
}

/** `low | high << 8` and their complements above; -1 where the complements do not fit. */
export function fromSelfChecking(value: number): number {
  const word = value & 0xffff;
  return ((value >>> 16) ^ word) === 0xffff ? word : -1;
}

function selfChecking(low: number, high: number): number {
  const word = (low & 0xff) | ((high & 0xff) << 8);
  return word | ((~word & 0xffff) << 16) | 0;
}

function plain(axis: number, separator: number, value: number): Uint8Array {
  const bytes = new Uint8Array(FRAME_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, axis, true);
  bytes[4] = separator;
  view.setInt32(5, value, true);
  return bytes;
}

function checked(mark: number, poseNumber: number, value: number): Uint8Array {
  const bytes = new Uint8Array(FRAME_BYTES);
  const view = new DataView(bytes.buffer);
  bytes[0] = mark;
  view.setUint16(1, poseNumber & 0xffff, true);
  view.setInt32(3, value, true);
  view.setUint16(7, crc16(bytes, 0, 7), true);
  return bytes;
}
