import { type CodeBody, OP, type WasmModule, walkBody } from "../module";
import type { Allowed } from "../module/walk";

/** What the fuel pass puts where: units by place, offsets from the module's start. */
export interface Metering {
  /** At the function's entry. */
  readonly entry: number;
  /** Behind the block type of each `loop`, in the order of their places. */
  readonly loops: readonly { readonly at: number; readonly units: number }[];
  /** Before each memory.copy and memory.fill, which cost by their length. */
  readonly bulk: readonly number[];
}

/** Structure costs nothing: it is not executed. */
const FREE: ReadonlySet<number> = new Set([OP.block, OP.loop, OP.end, OP.else, OP.nop]);

/**
 * What one function costs: each instruction a unit, paid for where control enters its surroundings: those
 * outside of every loop at the function's entry, those of a loop's body (not of loops within) at every
 * turn. Control that leaves early has paid too much, never too little; nothing is free, so that neither
 * recursion nor an empty loop is endless.
 * @param index among the functions with a body
 */
export function meter(module: WasmModule, index: number, allowed?: Allowed): Metering {
  const entry = { at: (module.code[index] as CodeBody).bodyStart, units: 0 };
  const loops: { at: number; units: number }[] = [];
  const bulk: number[] = [];
  const open: { readonly depth: number; readonly region: { units: number } }[] = [];
  let region: { units: number } = entry;
  walkBody(module, index, allowed, ({ opcode, start, end, depth }) => {
    if (!FREE.has(opcode)) region.units++;
    if (opcode === OP.loop) {
      const loop = { at: end, units: 0 };
      loops.push(loop);
      open.push({ depth, region });
      region = loop;
    } else if (opcode === OP.end && open.at(-1)?.depth === depth) {
      region = open.pop()?.region ?? entry;
    } else if (opcode === OP.memoryCopy || opcode === OP.memoryFill) {
      bulk.push(start);
    }
  });
  return {
    entry: Math.max(1, entry.units),
    loops: loops.map(({ at, units }) => ({ at, units: Math.max(1, units) })),
    bulk,
  };
}
