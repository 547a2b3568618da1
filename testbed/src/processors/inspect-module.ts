import * as fs from "node:fs";
import {
  ABI_VERSION,
  type ArtifactFiles,
  artifactFiles,
  type Feature,
  FUEL,
  featuresOf,
  type Manifest,
  type NumberType,
  parseModule,
  publishedBefore,
  readSignatures,
  SECTION,
  SIGNATURE_SECTION,
  sha256Hex,
  stateGlobals,
  typeText,
  type ValueType,
  type WasmModule,
} from "@fogwot/wasm";

/** What stands in a module, whoever has made it. */
export interface Inspection {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly sections: readonly { readonly name: string; readonly bytes: number }[];
  readonly imports: readonly { readonly name: string; readonly type: string }[];
  readonly exports: readonly { readonly name: string; readonly type: string }[];
  readonly memory: { readonly minimum: number; readonly maximum: number | null } | null;
  readonly functions: number;
  /** Features beyond the first version of WebAssembly; `unread`: why the rest was not looked at. */
  readonly features: readonly Feature[];
  readonly unread: string | null;
  readonly isMetered: boolean;
  /** Globals that are state, in the order of a snapshot. */
  readonly state: readonly { readonly name: string; readonly type: ValueType }[];
  readonly signedBy: readonly string[];
  /** The manifest beside it; null: none, or of another module. */
  readonly manifest: Manifest | null;
}

const NAMES = Object.fromEntries(Object.entries(SECTION).map(([name, id]) => [id, name]));

/** @throws MalformedModuleError, UnsupportedFeatureError, ManifestError */
export function inspectModule(file: string): Inspection {
  const files: ArtifactFiles = artifactFiles(file);
  const bytes = fs.readFileSync(files.wasm);
  const module = parseModule(bytes);
  const manifest = publishedBefore(files) ?? null;
  const sha256 = sha256Hex(bytes);
  const [memory] = module.memories;
  const isSigned = module.sections.some(({ name }) => name === SIGNATURE_SECTION);
  return {
    file: files.wasm,
    bytes: bytes.length,
    sha256,
    sections: module.sections.map(({ id, name, start, end }) => ({
      name: name || (NAMES[id] ?? String(id)),
      bytes: end - start,
    })),
    imports: module.imports.map((one) => ({
      name: `${one.module}.${one.name}`,
      type: typeOf(module, one),
    })),
    exports: module.exports.map((one) => ({ name: one.name, type: typeOf(module, one) })),
    memory: memory ? { minimum: memory.minimum, maximum: memory.maximum ?? null } : null,
    functions: module.code.length,
    ...featuresOf(module),
    isMetered: module.exports.some(({ name }) => name === FUEL),
    state: stateGlobals(module.exports).map(({ name, index }) => ({
      name,
      type: (module.globals[index]?.type ?? "i32") as NumberType,
    })),
    signedBy: isSigned ? readSignatures(module).map(({ keyId }) => keyId) : [],
    manifest: manifest?.wasmSha256 === sha256 ? manifest : null,
  };
}

function typeOf(module: WasmModule, { kind, index }: { kind: string; index: number }): string {
  if (kind === "global") {
    const global = module.globals[index];
    return `global ${global?.isMutable ? "mut " : ""}${global?.type}`;
  }
  if (kind !== "function") return kind;
  return typeText(
    module.types[module.functions[index]?.typeIndex ?? -1] ?? { parameters: [], results: [] },
  );
}

/** For people. */
export function inspectionLines(one: Inspection): string[] {
  const { memory, manifest } = one;
  const list = (title: string, entries: readonly { name: string; type: string }[]): string[] =>
    entries.map(
      ({ name, type }, index) => `${`${index === 0 ? title : ""}`.padEnd(11)}${name} ${type}`,
    );
  return [
    `${one.file}: ${one.bytes} bytes, ${one.functions} functions`,
    `sha256     ${one.sha256}`,
    ...list(
      "sections",
      one.sections.map(({ name, bytes }) => ({ name, type: `${bytes} bytes` })),
    ),
    ...list("imports", one.imports),
    ...list("exports", one.exports),
    `memory     ${memory ? `${memory.minimum} to ${memory.maximum ?? "any number of"} pages` : "none"}`,
    `features   ${one.features.join(", ") || "none"}${one.unread ? `; not read on: ${one.unread}` : ""}`,
    `fuel       ${one.isMetered ? "metered" : "not metered"}`,
    `state      memory${one.state.map(({ name, type }) => `, ${name} ${type}`).join("")}`,
    `signed by  ${one.signedBy.join(", ") || "nobody"}`,
    manifest
      ? `manifest   ${manifest.name} ${manifest.version}, publication ${manifest.counter}, ABI ${ABI_VERSION}, ${manifest.fuelPerCall} units a call, capabilities ${manifest.capabilities.join(" ") || "none"}`
      : "manifest   none beside it that is of this module",
  ];
}
