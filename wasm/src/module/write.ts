import { ByteWriter } from "./byte-writer";
import {
  type Export,
  type ExternalKind,
  SECTION,
  type Section,
  type WasmModule,
} from "./wasm-module";

const HEADER = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);
const KINDS: readonly ExternalKind[] = ["function", "table", "memory", "global", "tag"];

/** The bytes of a section's content. */
export function payloadOf(module: WasmModule, section: Section): Uint8Array {
  return module.bytes.subarray(section.payloadStart, section.end);
}

export interface WriteOptions {
  /** Contents by id, in place of the module's or new; null leaves the section out. */
  readonly replaced?: ReadonlyMap<number, Uint8Array | null>;
  /** Which custom sections stay where they are. @default none */
  readonly keepsCustom?: (name: string) => boolean;
}

/**
 * Writes a module anew, every length in its shortest form. Sections stand in the order of the
 * specification, so the same content gives the same bytes.
 */
export function writeModule(
  module: WasmModule,
  options: WriteOptions = {},
): Uint8Array<ArrayBuffer> {
  const { replaced = new Map(), keepsCustom = () => false } = options;
  const waiting = new Map(replaced);
  const writer = new ByteWriter().raw(HEADER);
  for (const section of module.sections) {
    if (section.id === SECTION.custom) {
      if (keepsCustom(section.name)) {
        writer.raw(customSection(section.name, payloadOf(module, section)));
      }
      continue;
    }
    for (const id of [...waiting.keys()].sort(byPlace)) {
      if (byPlace(id, section.id) >= 0) break;
      writeSection(writer, id, waiting.get(id) ?? null);
      waiting.delete(id);
    }
    const given = waiting.get(section.id);
    waiting.delete(section.id);
    writeSection(writer, section.id, given === undefined ? payloadOf(module, section) : given);
  }
  for (const id of [...waiting.keys()].sort(byPlace))
    writeSection(writer, id, waiting.get(id) ?? null);
  return writer.finish();
}

/** A whole custom section, id and size too. */
export function customSection(name: string, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const content = new ByteWriter().name(name).raw(payload).finish();
  return new ByteWriter().u8(SECTION.custom).sized(content).finish();
}

export function exportPayload(exports: readonly Export[]): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter().u32(exports.length);
  for (const { name, kind, index } of exports) {
    writer.name(name).u8(KINDS.indexOf(kind)).u32(index);
  }
  return writer.finish();
}

function writeSection(writer: ByteWriter, id: number, payload: Uint8Array | null): void {
  if (payload) writer.u8(id).sized(payload);
}

/** dataCount (12) stands between element (9) and code (10). */
function byPlace(a: number, b: number): number {
  const place = (id: number): number => (id === SECTION.dataCount ? 9.5 : id);
  return place(a) - place(b);
}
