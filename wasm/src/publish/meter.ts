import { type Instruction, OP, type WasmModule, walkBody } from "../module";
import { bodyOf, localCount } from "./body";
import { FuelMismatchError } from "./publish-error";

/** What control does at a place, as far as fuel is concerned. Offsets count from the module's start. */
export interface Metering {
  /** Units of the instructions outside of every loop. */
  readonly entry: number;
  /** Behind the block type of each `loop`, with the units of a turn. */
  readonly loops: readonly { readonly at: number; readonly units: number }[];
  /** Before each memory.copy and memory.fill, which cost by their length too. */
  readonly bulk: readonly number[];
  /** Where control may leave the function: return, branches to its end, the end itself. */
  readonly exits: readonly number[];
  readonly calls: readonly { readonly start: number; readonly end: number }[];
}

interface Region {
  units: number;
  /** Functions that are called, for what they cost the caller. */
  readonly callees: number[];
}

interface Draft {
  readonly entry: Region;
  readonly loops: (Region & { readonly at: number })[];
  readonly bulk: number[];
  readonly exits: number[];
  readonly calls: { start: number; end: number }[];
}

/** Structure costs nothing: it is not executed. */
const FREE: ReadonlySet<number> = new Set([OP.block, OP.loop, OP.end, OP.else, OP.nop]);
const BRANCHES: ReadonlySet<number> = new Set([OP.br, OP.brIf, OP.brTable]);
const LOCAL_USES: ReadonlySet<number> = new Set([OP.localGet, OP.localSet, OP.localTee]);
const GLOBAL_USES: ReadonlySet<number> = new Set([OP.globalGet, OP.globalSet]);
/** Longest function that its callers pay for. */
const SMALL_UNITS = 64;

/**
 * What each function costs, null where its callers pay. Each instruction is a unit, paid for where control
 * enters its surroundings: those outside of every loop at the function's entry, those of a loop's body
 * (not of loops within) at every turn. Control that leaves early has paid too much, never too little, and
 * nothing that can be repeated is free: neither recursion nor an empty loop is endless.
 */
export function meter(module: WasmModule): (Metering | null)[] {
  const imported = module.functions.length - module.code.length;
  const drafts = module.code.map((_, index) => draftOf(module, index));
  const free = freeFunctions(module, drafts, imported);
  const unitsOf = ({ units, callees }: Region): number =>
    Math.max(
      1,
      callees.reduce((sum, callee) => sum + (free.get(callee) ?? 0), units),
    );
  return drafts.map((draft, index) =>
    free.has(imported + index)
      ? null
      : {
          ...draft,
          entry: unitsOf(draft.entry),
          loops: draft.loops.map((loop) => ({ at: loop.at, units: unitsOf(loop) })),
        },
  );
}

/**
 * Small functions that call nothing and repeat nothing, by index with their units: the payment would cost
 * more than they do. Not those that a table or, constants apart, the host leads to: there no caller pays.
 */
function freeFunctions(
  module: WasmModule,
  drafts: readonly Draft[],
  imported: number,
): ReadonlyMap<number, number> {
  const inTables = new Set(module.elements.flatMap(({ functions }) => functions ?? []));
  const exported = new Set(
    module.exports.filter(({ kind }) => kind === "function").map(({ index }) => index),
  );
  const free = new Map<number, number>();
  for (const [index, { entry, loops, bulk, calls }] of drafts.entries()) {
    const isLeaf = loops.length === 0 && bulk.length === 0 && calls.length === 0;
    const limit = exported.has(imported + index) ? 1 : SMALL_UNITS;
    if (isLeaf && !inTables.has(imported + index) && entry.units <= limit) {
      free.set(imported + index, entry.units);
    }
  }
  return free;
}

/** Whether control may leave the function here. @param bodyEnd where its bytes end */
export function leaves({ opcode, end, depth, immediate }: Instruction, bodyEnd: number): boolean {
  if (opcode === OP.return) return true;
  if (opcode === OP.end) return end === bodyEnd;
  return BRANCHES.has(opcode) && immediate === depth;
}

/** @throws FuelMismatchError where the code reaches for what the fuel pass is about to add */
function draftOf(module: WasmModule, index: number): Draft {
  const bodyEnd = bodyOf(module, index).end;
  const locals = localCount(module, index);
  const entry: Region = { units: 0, callees: [] };
  const draft: Draft = { entry, loops: [], bulk: [], exits: [], calls: [] };
  const open: { readonly depth: number; readonly outer: Region }[] = [];
  let region = entry;
  walkBody(module, index, undefined, (one) => {
    const { opcode, start, end, depth, immediate } = one;
    // No validator has seen the module as it is now: with the fuel in place, these would be its own.
    const own = LOCAL_USES.has(opcode)
      ? locals
      : GLOBAL_USES.has(opcode)
        ? module.globals.length
        : null;
    if (own !== null && immediate >= own) {
      throw new FuelMismatchError(`code[${index}]`, `uses ${immediate} of ${own} at byte ${start}`);
    }
    if (!FREE.has(opcode)) region.units++;
    if (leaves(one, bodyEnd)) draft.exits.push(start);
    if (opcode === OP.loop) {
      const loop = { at: end, units: 0, callees: [] };
      draft.loops.push(loop);
      open.push({ depth, outer: region });
      region = loop;
    } else if (opcode === OP.end && open.at(-1)?.depth === depth) {
      region = open.pop()?.outer ?? entry;
    } else if (opcode === OP.call || opcode === OP.callIndirect) {
      draft.calls.push({ start, end });
      if (opcode === OP.call) region.callees.push(immediate);
    } else if (opcode === OP.memoryCopy || opcode === OP.memoryFill) {
      draft.bulk.push(start);
    }
  });
  return draft;
}
