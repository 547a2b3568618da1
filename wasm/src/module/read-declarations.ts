import type { ByteReader } from "./byte-reader";
import { type Feature, UnsupportedFeatureError } from "./module-error";
import { readConstant } from "./read-constant";
import type {
  CodeBody,
  ElementSegment,
  Export,
  ExternalKind,
  FunctionEntry,
  FunctionType,
  Global,
  Import,
  Limits,
  Memory,
  ModuleLimits,
  Section,
  Segment,
  Table,
  ValueType,
  WasmModule,
} from "./wasm-module";

/** A module while it is read. */
export interface Draft extends WasmModule {
  readonly limits: ModuleLimits;
  readonly sections: Section[];
  readonly types: FunctionType[];
  readonly imports: Import[];
  readonly functions: FunctionEntry[];
  readonly tables: Table[];
  readonly memories: Memory[];
  readonly globals: Global[];
  readonly exports: Export[];
  start: number | null;
  readonly elements: ElementSegment[];
  readonly data: Segment[];
  readonly code: CodeBody[];
}

const TYPES: Readonly<Record<number, ValueType>> = {
  127: "i32",
  126: "i64",
  125: "f32",
  124: "f64",
  123: "v128",
  112: "funcref",
  111: "externref",
};
const KINDS: readonly ExternalKind[] = ["function", "table", "memory", "global", "tag"];
const FUNCTION_FORM = 0x60;
const MOST_PAGES = 65_536;
const MOST_PARAMETERS = 1_000;

export function readValueType(reader: ByteReader): ValueType {
  const at = reader.at;
  const byte = reader.u8();
  const type = TYPES[byte];
  if (type !== undefined) return type;
  // 0x63 … 0x75: references to types, and heap types, of the garbage collection proposal.
  if (byte >= 0x63 && byte <= 0x75) unsupported(reader, "gc", at, "a reference type");
  reader.fail(`0x${byte.toString(16)}`, "a value type", at);
}

export function readTypes(reader: ByteReader, { types, limits }: Draft): void {
  const count = reader.count("types", limits.types, 3);
  for (let index = 0; index < count; index++) {
    reader.path = `type[${index}]`;
    const at = reader.at;
    const form = reader.u8();
    if (form >= 0x4e && form < FUNCTION_FORM) unsupported(reader, "gc", at, "a form of type");
    if (form !== FUNCTION_FORM) reader.fail(`0x${form.toString(16)}`, "a function type", at);
    types.push({ parameters: readValueTypes(reader), results: readValueTypes(reader) });
  }
}

function readValueTypes(reader: ByteReader): ValueType[] {
  const count = reader.count("values", MOST_PARAMETERS);
  return Array.from({ length: count }, () => readValueType(reader));
}

export function readImports(reader: ByteReader, draft: Draft): void {
  const count = reader.count("imports", draft.limits.imports, 4);
  for (let index = 0; index < count; index++) {
    reader.path = `import[${index}]`;
    const module = reader.name();
    const name = reader.name();
    const at = reader.at;
    const kind = KINDS[reader.u8()];
    if (kind === undefined) reader.fail("another kind", "function, table, memory or global", at);
    draft.imports.push({ module, name, kind, index: readImported(reader, draft, kind, at) });
  }
}

function readImported(reader: ByteReader, draft: Draft, kind: ExternalKind, at: number): number {
  switch (kind) {
    case "function":
      return draft.functions.push({ typeIndex: typeIndex(reader, draft), isImported: true }) - 1;
    case "table":
      return draft.tables.push(readTable(reader, draft, true)) - 1;
    case "memory":
      return draft.memories.push(readMemory(reader, true)) - 1;
    case "global": {
      const type = readValueType(reader);
      const isMutable = readMutability(reader);
      return draft.globals.push({ type, isMutable, isImported: true, start: 0, end: 0 }) - 1;
    }
    default:
      return unsupported(reader, "exceptions", at, "an imported tag");
  }
}

function typeIndex(reader: ByteReader, { types }: Draft): number {
  const at = reader.at;
  const index = reader.u32();
  if (index >= types.length) reader.fail(`type ${index}`, `one of ${types.length}`, at);
  return index;
}

export function readFunctions(reader: ByteReader, draft: Draft): void {
  const count = reader.count("functions", draft.limits.functions);
  for (let index = 0; index < count; index++) {
    draft.functions.push({ typeIndex: typeIndex(reader, draft), isImported: false });
  }
}

export function readTables(reader: ByteReader, draft: Draft): void {
  const count = reader.count("tables", draft.limits.imports, 3);
  for (let index = 0; index < count; index++) draft.tables.push(readTable(reader, draft, false));
}

function readTable(reader: ByteReader, { limits }: Draft, isImported: boolean): Table {
  const at = reader.at;
  const type = readValueType(reader);
  if (type !== "funcref" && type !== "externref") reader.fail(type, "a reference type", at);
  const { minimum, maximum } = readLimits(reader);
  if (minimum > limits.tableElements) {
    reader.fail(`${minimum} elements`, `${limits.tableElements} at most`, at);
  }
  return { type, minimum, maximum, isImported };
}

export function readMemories(reader: ByteReader, draft: Draft): void {
  const count = reader.count("memories", draft.limits.imports, 2);
  for (let index = 0; index < count; index++) draft.memories.push(readMemory(reader, false));
}

function readMemory(reader: ByteReader, isImported: boolean): Memory {
  const at = reader.at;
  const { minimum, maximum, isShared } = readLimits(reader);
  if (minimum > MOST_PAGES || (maximum ?? 0) > MOST_PAGES) {
    reader.fail(`${Math.max(minimum, maximum ?? 0)} pages`, `${MOST_PAGES} at most`, at);
  }
  return { minimum, maximum, isShared, isImported };
}

function readLimits(reader: ByteReader): Limits & { readonly isShared: boolean } {
  const at = reader.at;
  const flags = reader.u8();
  if (flags > 0x0f) reader.fail(`flags 0x${flags.toString(16)}`, "limits", at);
  if ((flags & 4) !== 0) unsupported(reader, "memory64", at, "a 64-bit index");
  if ((flags & 8) !== 0) unsupported(reader, "custom-page-sizes", at, "another page size");
  const minimum = reader.u32();
  const maximum = (flags & 1) !== 0 ? reader.u32() : undefined;
  if (maximum !== undefined && maximum < minimum) {
    reader.fail(`maximum ${maximum}`, `${minimum} or more`, at);
  }
  return { minimum, maximum, isShared: (flags & 2) !== 0 };
}

function readMutability(reader: ByteReader): boolean {
  const at = reader.at;
  const flag = reader.u8();
  if (flag > 1) reader.fail(`${flag}`, "0 or 1", at);
  return flag === 1;
}

export function readGlobals(reader: ByteReader, draft: Draft): void {
  const count = reader.count("globals", draft.limits.globals, 4);
  for (let index = 0; index < count; index++) {
    reader.path = `global[${draft.globals.length}]`;
    const start = reader.at;
    const type = readValueType(reader);
    const isMutable = readMutability(reader);
    readConstant(reader);
    draft.globals.push({ type, isMutable, isImported: false, start, end: reader.at });
  }
}

export function readExports(reader: ByteReader, draft: Draft): void {
  const count = reader.count("exports", draft.limits.exports, 3);
  const names = new Set<string>();
  for (let index = 0; index < count; index++) {
    reader.path = `export[${index}]`;
    const nameAt = reader.at;
    const name = reader.name();
    if (names.has(name)) reader.fail(`${name} again`, "a name of its own", nameAt);
    names.add(name);
    const at = reader.at;
    const kind = KINDS[reader.u8()];
    if (kind === undefined) reader.fail("another kind", "function, table, memory or global", at);
    if (kind === "tag") unsupported(reader, "exceptions", at, "an exported tag");
    const of = reader.u32();
    const there = draft[PLURAL[kind]].length;
    if (of >= there) reader.fail(`${kind} ${of}`, `one of ${there}`, at);
    draft.exports.push({ name, kind, index: of });
  }
}

const PLURAL = {
  function: "functions",
  table: "tables",
  memory: "memories",
  global: "globals",
} as const;

export function readStart(reader: ByteReader, draft: Draft): void {
  const at = reader.at;
  const index = reader.u32();
  if (index >= draft.functions.length) reader.fail(`function ${index}`, "one of the module's", at);
  draft.start = index;
}

function unsupported(reader: ByteReader, feature: Feature, at: number, got: string): never {
  throw new UnsupportedFeatureError(feature, reader.path, at, got);
}
