import { type Export, exportPayload, SECTION, type WasmModule, writeModule } from "../module";
import { FUEL } from "./fuel";

const NAME = /^__g\d+$/;

/** Names of the exported mutable globals, with the memory all there is of an instance's state. */
export function stateGlobals(exports: readonly Export[]): readonly Export[] {
  return exports.filter(({ kind, name }) => kind === "global" && NAME.test(name));
}

/** Exports every mutable global but the fuel as `__g0`, `__g1`, …, in their order. */
export function exportGlobals(module: WasmModule): Uint8Array<ArrayBuffer> {
  const fuel = module.exports.find(({ name }) => name === FUEL);
  const kept = module.exports.filter(({ name }) => !NAME.test(name));
  const mutable = [...module.globals.keys()].filter(
    (index) => module.globals[index]?.isMutable === true && index !== fuel?.index,
  );
  const added = mutable.map((index, at): Export => ({ name: `__g${at}`, kind: "global", index }));
  return writeModule(module, {
    replaced: new Map([[SECTION.export, exportPayload([...kept, ...added])]]),
    keepsCustom: () => true,
  });
}
