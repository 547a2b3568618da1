import type { Capability, Manifest } from "../manifest";
import { type FunctionType, OP, type WasmModule, walkBody } from "../module";
import {
  ABI_FEATURES,
  ABI_VERSION,
  type AbiFeature,
  CONSTANT_EXPORTS,
  FEATURE_EXPORTS,
  IMPORT_MODULE,
  IMPORTS,
  isSameType,
  REQUIRED_EXPORTS,
  typeText,
} from "./abi";
import { refuse } from "./admission-error";

/** Where the flat buffers lie in the memory. */
export interface Buffers {
  readonly in: { readonly pointer: number; readonly bytes: number };
  readonly out: { readonly pointer: number; readonly bytes: number };
}

const PAGE_BYTES = 65_536;
const FEATURE_BITS = 0xffff;

/** @throws AdmissionError IMPORT_UNKNOWN, IMPORT_TYPE, CAPABILITY_UNDECLARED */
export function checkImports(module: WasmModule, capabilities: readonly Capability[]): void {
  for (const { module: from, name, kind, index } of module.imports) {
    const what = `${from}.${name}`;
    const wanted = Object.hasOwn(IMPORTS, name) ? IMPORTS[name as Capability] : undefined;
    if (from !== IMPORT_MODULE || kind !== "function" || !wanted) {
      refuse("IMPORT_UNKNOWN", `${kind} ${what}`);
    }
    const got = typeOf(module, index);
    if (!isSameType(got, wanted)) {
      refuse("IMPORT_TYPE", `${what} ${typeText(got)}, wanted ${typeText(wanted)}`);
    }
    if (!capabilities.includes(name as Capability)) refuse("CAPABILITY_UNDECLARED", name);
  }
}

/**
 * @throws AdmissionError EXPORT_MISSING, EXPORT_TYPE, ABI_VERSION, BUFFERS
 */
export function checkExports(
  module: WasmModule,
  manifest: Manifest,
): { features: AbiFeature[]; buffers: Buffers } {
  const memory = module.exports.find(({ name }) => name === "memory");
  if (!memory) refuse("EXPORT_MISSING", "memory");
  if (memory?.kind !== "memory") refuse("EXPORT_TYPE", `memory is a ${memory?.kind}`);
  for (const [name, type] of Object.entries(REQUIRED_EXPORTS)) checkExport(module, name, type);
  const [abi, inPointer, inBytes, outPointer, outBytes] = CONSTANT_EXPORTS.map((name) =>
    constantOf(module, name),
  ) as [number, number, number, number, number];
  if (abi >>> 16 !== ABI_VERSION) refuse("ABI_VERSION", `0x${(abi >>> 0).toString(16)}`);
  const features = checkFeatures(module, abi & FEATURE_BITS, manifest);
  const buffers = {
    in: { pointer: inPointer, bytes: inBytes },
    out: { pointer: outPointer, bytes: outBytes },
  };
  checkBuffers(module, buffers, manifest);
  return { features, buffers };
}

function checkExport(module: WasmModule, name: string, wanted: FunctionType): void {
  const found = module.exports.find((one) => one.name === name);
  if (!found) refuse("EXPORT_MISSING", name);
  if (found.kind !== "function") refuse("EXPORT_TYPE", `${name} is a ${found.kind}`);
  const got = typeOf(module, found.index);
  if (!isSameType(got, wanted)) {
    refuse("EXPORT_TYPE", `${name} ${typeText(got)}, wanted ${typeText(wanted)}`);
  }
}

/** A bit without its exports, exports without their bit, state without a version: all the same fault. */
function checkFeatures(module: WasmModule, bits: number, manifest: Manifest): AbiFeature[] {
  const names = Object.keys(ABI_FEATURES) as AbiFeature[];
  const known = names.reduce((sum, name) => sum | ABI_FEATURES[name], 0);
  if ((bits & ~known) !== 0) refuse("ABI_VERSION", `feature bits 0x${bits.toString(16)}`);
  const features = names.filter((name) => (bits & ABI_FEATURES[name]) !== 0);
  for (const name of names) {
    for (const [exported, type] of Object.entries(FEATURE_EXPORTS[name])) {
      if (features.includes(name)) checkExport(module, exported, type);
      else if (module.exports.some((one) => one.name === exported)) {
        refuse("ABI_VERSION", `${exported} without the feature ${name}`);
      }
    }
  }
  if (features.includes("state") !== manifest.stateVersion > 0) {
    refuse("ABI_VERSION", `stateVersion ${manifest.stateVersion}, features ${features.join(" ")}`);
  }
  return features;
}

function checkBuffers({ memories }: WasmModule, buffers: Buffers, manifest: Manifest): void {
  const end = (memories[0]?.minimum ?? 0) * PAGE_BYTES;
  for (const direction of ["in", "out"] as const) {
    const { pointer, bytes } = buffers[direction];
    if (bytes !== manifest.buffers[direction]) {
      refuse("BUFFERS", `${direction}: ${bytes} bytes, manifest ${manifest.buffers[direction]}`);
    }
    if (pointer < 0 || pointer + bytes > end) {
      refuse("BUFFERS", `${direction}: bytes ${pointer} to ${pointer + bytes} of ${end}`);
    }
  }
  const { in: input, out } = buffers;
  const isApart =
    input.pointer + input.bytes <= out.pointer || out.pointer + out.bytes <= input.pointer;
  if (!isApart) refuse("BUFFERS", "in and out overlap");
}

/** The value of a function that is one i32.const. @throws AdmissionError BUFFERS, ABI_VERSION */
function constantOf(module: WasmModule, name: string): number {
  const index = module.exports.find((one) => one.name === name)?.index ?? -1;
  const body = index - (module.functions.length - module.code.length);
  const seen: { opcode: number; immediate: number }[] = [];
  if (body >= 0) {
    walkBody(module, body, undefined, ({ opcode, immediate }) => {
      if (seen.length < 3) seen.push({ opcode, immediate });
    });
  }
  const [first, second, ...more] = seen;
  if (first?.opcode !== OP.i32Const || second?.opcode !== OP.end || more.length > 0) {
    refuse(name === "abi" ? "ABI_VERSION" : "BUFFERS", `${name} is no constant`);
  }
  return first?.immediate ?? 0;
}

function typeOf(module: WasmModule, index: number): FunctionType {
  const entry = module.functions[index];
  return module.types[entry?.typeIndex ?? -1] ?? { parameters: [], results: [] };
}
