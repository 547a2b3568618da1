import { type CodeBody, type LocalGroup, OP, type WasmModule, walkBody } from "../module";
import { bodyOf, type Edit, localCount, writeBody } from "./body";
import {
  enter,
  type FuelPlace,
  giveBack,
  paidAt,
  payLength,
  payUnits,
  standsAt,
  takeAgain,
} from "./fuel-code";
import { leaves, type Metering } from "./meter";
import { FuelMismatchError } from "./publish-error";

const NOTHING = new Uint8Array(0);

/** A function's body with what it pays; as it is where its callers pay. @param global of the fuel */
export function withPayments(
  module: WasmModule,
  index: number,
  global: number,
  metering: Metering | null | undefined,
): Uint8Array<ArrayBuffer> {
  const body = bodyOf(module, index);
  if (!metering) return writeBody(module, body, body.locals, []);
  const { entry, loops, bulk, exits, calls } = metering;
  const first = localCount(module, index);
  const hasLoop = loops.length > 0;
  const place: FuelPlace = { global, local: hasLoop ? first : null };
  const scratch = hasLoop ? first + 1 : first;
  const edits: Edit[] = [];
  const insert = (at: number, bytes: Uint8Array): void => {
    if (bytes.length > 0) edits.push({ at, remove: 0, insert: bytes });
  };
  insert(body.bodyStart, enter(place, entry));
  // What follows a call at once, another call or a return too, deals with what the call has left.
  for (const { end } of calls) insert(end, takeAgain(place));
  for (const { at, units } of loops) insert(at, payUnits(place, units));
  for (const at of bulk) insert(at, payLength(place, scratch));
  for (const at of exits) insert(at, giveBack(place));
  for (const { start } of calls) insert(start, giveBack(place));
  return writeBody(module, body, withLocals(body, addedLocals(hasLoop, bulk.length > 0)), edits);
}

function addedLocals(hasLoop: boolean, hasBulk: boolean): number {
  return (hasLoop ? 1 : 0) + (hasBulk ? 1 : 0);
}

function withLocals({ locals }: CodeBody, count: number): readonly LocalGroup[] {
  return count === 0 ? locals : [...locals, { count, type: "i32" }];
}

/**
 * The other way round, as far as a function pays at all.
 * @throws FuelMismatchError where it pays here and not there
 */
export function withoutPayments(
  module: WasmModule,
  index: number,
  global: number,
): Uint8Array<ArrayBuffer> {
  const { bytes } = module;
  const body = bodyOf(module, index);
  const { end } = body;
  const { hasLoop, hasBulk } = looksOf(module, index);
  const added = addedLocals(hasLoop, hasBulk);
  const first = localCount(module, index) - added;
  const place: FuelPlace = { global, local: hasLoop ? first : null };
  if (paidAt(bytes, { at: body.bodyStart, end }, place, enter) === 0) {
    return writeBody(module, body, body.locals, []);
  }
  const edits: Edit[] = [];
  const remove = (at: number, length: number): void => {
    if (length === 0) throw new FuelMismatchError(`code[${index}]`, `no payment at byte ${at}`);
    edits.push({ at, remove: length, insert: NOTHING });
  };
  const removeBytes = (at: number, expected: Uint8Array): void => {
    if (expected.length === 0) return;
    remove(at, standsAt(bytes, at, expected) ? expected.length : 0);
  };
  const back = giveBack(place);
  const again = takeAgain(place);
  const byLength = payLength(place, hasLoop ? first + 1 : first);
  remove(body.bodyStart, paidAt(bytes, { at: body.bodyStart, end }, place, enter));
  walkBody(module, index, undefined, (one) => {
    if (one.opcode === OP.loop)
      remove(one.end, paidAt(bytes, { at: one.end, end }, place, payUnits));
    if (leaves(one, end)) removeBytes(one.start - back.length, back);
    if (one.opcode === OP.call || one.opcode === OP.callIndirect) {
      removeBytes(one.start - back.length, back);
      removeBytes(one.end, again);
    }
    if (one.opcode === OP.memoryCopy || one.opcode === OP.memoryFill) {
      removeBytes(one.start - byLength.length, byLength);
    }
  });
  return writeBody(module, body, withoutLocals(body, added, index), edits);
}

function looksOf(module: WasmModule, index: number): { hasLoop: boolean; hasBulk: boolean } {
  const looks = { hasLoop: false, hasBulk: false };
  walkBody(module, index, undefined, ({ opcode }) => {
    looks.hasLoop ||= opcode === OP.loop;
    looks.hasBulk ||= opcode === OP.memoryCopy || opcode === OP.memoryFill;
  });
  return looks;
}

function withoutLocals({ locals }: CodeBody, added: number, index: number): readonly LocalGroup[] {
  if (added === 0) return locals;
  const last = locals.at(-1);
  if (last?.count !== added || last.type !== "i32") {
    throw new FuelMismatchError(`code[${index}]`, "the fuel has no local of its own");
  }
  return locals.slice(0, -1);
}
