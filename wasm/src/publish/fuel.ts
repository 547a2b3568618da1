import {
  ByteWriter,
  exportPayload,
  OP,
  parseModule,
  SECTION,
  VALUE_TYPES,
  type WasmModule,
  walkBody,
  writeModule,
} from "../module";
import { bodyOf, codePayload, type Edit, localCount, writeBody } from "./body";
import { payLength, payUnits, standsAt, unitsPaidAt } from "./fuel-code";
import { meter } from "./meter";
import { FuelMismatchError } from "./publish-error";

/** Export name of the fuel that is left: a mutable i32, set by the host before every call. */
export const FUEL = "__fuel";

/** Adds the global of the fuel, with 0 in it (a host that forgets it runs nothing), and every payment. */
export function addFuel(module: WasmModule): Uint8Array<ArrayBuffer> {
  const fuel = module.globals.length;
  const bodies = module.code.map((body, index) => {
    const { entry, loops, bulk } = meter(module, index);
    const edits: Edit[] = [
      { at: body.bodyStart, remove: 0, insert: payUnits(fuel, entry) },
      ...loops.map(({ at, units }) => ({ at, remove: 0, insert: payUnits(fuel, units) })),
    ];
    if (bulk.length === 0) return writeBody(module, body, body.locals, edits);
    const local = localCount(module, index);
    for (const at of bulk) edits.push({ at, remove: 0, insert: payLength(fuel, local) });
    return writeBody(module, body, [...body.locals, { count: 1, type: "i32" }], edits);
  });
  return writeModule(module, {
    replaced: new Map([
      [SECTION.global, globalsPayload(module, fuel + 1)],
      [
        SECTION.export,
        exportPayload([...module.exports, { name: FUEL, kind: "global", index: fuel }]),
      ],
      [SECTION.code, codePayload(bodies)],
    ]),
    keepsCustom: () => true,
  });
}

/**
 * Takes away what {@link addFuel} added; a module without fuel is handed back as it is.
 * @throws FuelMismatchError where a payment is missing, or something else touches the fuel
 */
export function removeFuel(module: WasmModule): WasmModule {
  const exported = module.exports.find(({ name }) => name === FUEL);
  if (!exported) return module;
  const fuel = exported.index;
  const global = module.globals[fuel];
  if (exported.kind !== "global" || global?.type !== "i32" || !global.isMutable) {
    throw new FuelMismatchError(FUEL, "is no mutable i32");
  }
  if (fuel !== module.globals.length - 1 || global.isImported) {
    throw new FuelMismatchError(FUEL, "is not the last global");
  }
  const bodies = module.code.map((_, index) => withoutPayments(module, index, fuel));
  const others = module.exports.filter((one) => one !== exported);
  if (others.some(({ kind, index }) => kind === "global" && index === fuel)) {
    throw new FuelMismatchError(FUEL, "is exported by another name too");
  }
  const clean = parseModule(
    writeModule(module, {
      replaced: new Map([
        [SECTION.global, globalsPayload(module, fuel)],
        [SECTION.export, exportPayload(others)],
        [SECTION.code, codePayload(bodies)],
      ]),
      keepsCustom: () => true,
    }),
  );
  for (const index of clean.code.keys()) refuseUse(clean, index, fuel);
  return clean;
}

function withoutPayments(module: WasmModule, index: number, fuel: number): Uint8Array<ArrayBuffer> {
  const body = bodyOf(module, index);
  const nothing = new Uint8Array(0);
  const edits: Edit[] = [];
  const remove = (at: number): void => {
    const length = unitsPaidAt(module.bytes, at, body.end, fuel);
    if (length === 0) throw new FuelMismatchError(`code[${index}]`, `no payment at byte ${at}`);
    edits.push({ at, remove: length, insert: nothing });
  };
  remove(body.bodyStart);
  const byLength = payLength(fuel, localCount(module, index) - 1);
  let hasBulk = false;
  walkBody(module, index, undefined, ({ opcode, start, end }) => {
    if (opcode === OP.loop) remove(end);
    if (opcode !== OP.memoryCopy && opcode !== OP.memoryFill) return;
    const at = start - byLength.length;
    if (!standsAt(module.bytes, at, byLength)) {
      throw new FuelMismatchError(`code[${index}]`, `no payment by length before byte ${start}`);
    }
    edits.push({ at, remove: byLength.length, insert: nothing });
    hasBulk = true;
  });
  if (!hasBulk) return writeBody(module, body, body.locals, edits);
  const last = body.locals.at(-1);
  if (last?.count !== 1 || last.type !== "i32") {
    throw new FuelMismatchError(`code[${index}]`, "no local for payments by length");
  }
  return writeBody(module, body, body.locals.slice(0, -1), edits);
}

function refuseUse(module: WasmModule, index: number, fuel: number): void {
  walkBody(module, index, undefined, ({ opcode, immediate, start }) => {
    const isUse = (opcode === OP.globalGet || opcode === OP.globalSet) && immediate === fuel;
    if (isUse) throw new FuelMismatchError(`code[${index}]`, `uses the fuel at byte ${start}`);
  });
}

/** The first `count` globals; imported ones stand elsewhere. The one behind the last is the fuel. */
function globalsPayload(module: WasmModule, count: number): Uint8Array | null {
  const own = module.globals.slice(0, count).filter(({ isImported }) => !isImported);
  const isNew = count > module.globals.length;
  if (own.length === 0 && !isNew) return null;
  const writer = new ByteWriter().u32(own.length + (isNew ? 1 : 0));
  for (const { start, end } of own) writer.raw(module.bytes.subarray(start, end));
  if (isNew) writer.u8(VALUE_TYPES.i32, 1, OP.i32Const, 0, OP.end);
  return writer.finish();
}
