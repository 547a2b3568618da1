import {
  ByteWriter,
  exportPayload,
  OP,
  parseModule,
  SECTION,
  VALUE_TYPES,
  type WasmModule,
  writeModule,
} from "../module";
import { codePayload } from "./body";
import { meter } from "./meter";
import { withoutPayments, withPayments } from "./payments";
import { FuelMismatchError } from "./publish-error";

/** Export name of the fuel that is left: a mutable i32, set by the host before every call. */
export const FUEL = "__fuel";

/** Adds the global of the fuel, with 0 in it (a host that forgets it runs nothing), and every payment. */
export function addFuel(module: WasmModule): Uint8Array<ArrayBuffer> {
  const fuel = module.globals.length;
  const metering = meter(module);
  const bodies = module.code.map((_, index) => withPayments(module, index, fuel, metering[index]));
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
 * @throws FuelMismatchError where a payment is missing; what else uses the fuel, addFuel refuses
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
  return parseModule(
    writeModule(module, {
      replaced: new Map([
        [SECTION.global, globalsPayload(module, fuel)],
        [SECTION.export, exportPayload(others)],
        [SECTION.code, codePayload(bodies)],
      ]),
      keepsCustom: () => true,
    }),
  );
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
