import { emit } from "fogwot";

/** Ports of the processor; `manifest.json` names their records. */
export const BYTES: i32 = 0;
export const LIMITS: i32 = 1;
export const STATUS: i32 = 2;
const LIMIT_IN_FORCE: i32 = 1;
const ACKNOWLEDGEMENT: i32 = 2;

const acknowledgement = memory.data(8, 8);

/** An answer of the controller to a command. */
export function acknowledge(id: i32, status: i32): void {
  store<i32>(acknowledgement, id);
  store<i32>(acknowledgement, status, 4);
  emit(ACKNOWLEDGEMENT, acknowledgement, 8);
}

/** @param record of the limit that is in force now, 32 bytes */
export function confirmLimit(record: usize): void {
  emit(LIMIT_IN_FORCE, record, 32);
}
