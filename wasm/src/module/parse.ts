import { ByteReader } from "./byte-reader";
import { UnsupportedFeatureError } from "./module-error";
import { readCode } from "./read-code";
import {
  type Draft,
  readExports,
  readFunctions,
  readGlobals,
  readImports,
  readMemories,
  readStart,
  readTables,
  readTypes,
} from "./read-declarations";
import { readData, readElements } from "./read-segments";
import {
  DEFAULT_MODULE_LIMITS,
  type ModuleLimits,
  SECTION,
  type Section,
  type WasmModule,
} from "./wasm-module";

const MAGIC = [0x00, 0x61, 0x73, 0x6d] as const;
const VERSION = [0x01, 0x00, 0x00, 0x00] as const;
const NAMES = Object.fromEntries(Object.entries(SECTION).map(([name, id]) => [id, name]));
/** In which they follow each other; dataCount stands before code, tag before global. */
const ORDER = [1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11];

/**
 * Reads the sections of a module and what they declare; function bodies are found, not read (`walk`
 * does). Every count is held to a limit and to the bytes that are left before anything is made for it.
 * @throws MalformedModuleError with path and offset; UnsupportedFeatureError for other binary formats
 */
export function parseModule(
  bytes: Uint8Array,
  limits: ModuleLimits = DEFAULT_MODULE_LIMITS,
): WasmModule {
  const reader = new ByteReader(bytes, "module");
  if (bytes.length > limits.moduleBytes) {
    reader.fail(`${bytes.length} bytes`, `${limits.moduleBytes} at most`);
  }
  for (const byte of MAGIC) if (reader.u8() !== byte) reader.fail("other bytes", "\\0asm", 0);
  for (const byte of VERSION) if (reader.u8() !== byte) reader.fail("another one", "version 1", 4);
  const draft = emptyDraft(bytes, limits);
  let last = -1;
  while (!reader.isAtEnd) {
    const section = readSection(reader);
    draft.sections.push(section);
    if (section.id === SECTION.custom) continue;
    const place = ORDER.indexOf(section.id);
    if (place < 0) reader.fail(`section ${section.id}`, "a known one", section.start);
    if (place <= last) reader.fail(`section ${NAMES[section.id]}`, "one further on", section.start);
    last = place;
    readInto(draft, section);
  }
  const defined = draft.functions.filter(({ isImported }) => !isImported).length;
  if (defined !== draft.code.length) {
    reader.fail(`${draft.code.length} bodies`, `${defined}, one a function`);
  }
  return draft;
}

function readSection(reader: ByteReader): Section {
  const start = reader.at;
  const id = reader.u8();
  const size = reader.u32();
  const payloadStart = reader.at;
  reader.path = `section[${NAMES[id] ?? id}]`;
  reader.skip(size);
  const end = reader.at;
  reader.path = "module";
  if (id !== SECTION.custom) return { id, name: "", start, payloadStart, end };
  const inner = new ByteReader(reader.bytes, "section[custom].name", payloadStart, end);
  const name = inner.name();
  return { id, name, start, payloadStart: inner.at, end };
}

function readInto(draft: Draft, { id, payloadStart, end }: Section): void {
  const path = NAMES[id] ?? "section";
  const reader = new ByteReader(draft.bytes, path, payloadStart, end);
  switch (id) {
    case SECTION.type:
      readTypes(reader, draft);
      break;
    case SECTION.import:
      readImports(reader, draft);
      break;
    case SECTION.function:
      readFunctions(reader, draft);
      break;
    case SECTION.table:
      readTables(reader, draft);
      break;
    case SECTION.memory:
      readMemories(reader, draft);
      break;
    case SECTION.global:
      readGlobals(reader, draft);
      break;
    case SECTION.export:
      readExports(reader, draft);
      break;
    case SECTION.start:
      readStart(reader, draft);
      break;
    case SECTION.element:
      readElements(reader, draft);
      break;
    case SECTION.code:
      readCode(reader, draft);
      break;
    case SECTION.data:
      readData(reader, draft);
      break;
    case SECTION.dataCount:
      reader.u32();
      break;
    default:
      throw new UnsupportedFeatureError("exceptions", path, payloadStart, "a section of tags");
  }
  if (!reader.isAtEnd) reader.fail(`${end - reader.at} bytes more`, "the section's end");
}

function emptyDraft(bytes: Uint8Array, limits: ModuleLimits): Draft {
  return {
    bytes,
    limits,
    sections: [],
    types: [],
    imports: [],
    functions: [],
    tables: [],
    memories: [],
    globals: [],
    exports: [],
    start: null,
    elements: [],
    data: [],
    code: [],
  };
}
