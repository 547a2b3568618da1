import {
  ByteWriter,
  type CodeBody,
  type LocalGroup,
  VALUE_TYPES,
  type WasmModule,
} from "../module";

/** A change of a function's bytes: `remove` bytes at a place give way to others. */
export interface Edit {
  /** From the module's start. */
  readonly at: number;
  readonly remove: number;
  readonly insert: Uint8Array;
}

/** Number of a function's parameters and locals: the index of the next local. */
export function localCount(module: WasmModule, index: number): number {
  const imported = module.functions.length - module.code.length;
  const typeIndex = module.functions[imported + index]?.typeIndex ?? 0;
  const parameters = module.types[typeIndex]?.parameters.length ?? 0;
  return parameters + bodyOf(module, index).locals.reduce((sum, { count }) => sum + count, 0);
}

export function bodyOf(module: WasmModule, index: number): CodeBody {
  return module.code[index] as CodeBody;
}

/** A function's body with its size before it, locals replaced and edits made, in the order of their places. */
export function writeBody(
  module: WasmModule,
  { bodyStart, end }: CodeBody,
  locals: readonly LocalGroup[],
  edits: readonly Edit[],
): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter().u32(locals.length);
  for (const { count, type } of locals) {
    writer.u32(count).u8(TYPE_BYTES[type]);
  }
  let at = bodyStart;
  for (const edit of [...edits].sort((a, b) => a.at - b.at)) {
    writer.raw(module.bytes.subarray(at, edit.at)).raw(edit.insert);
    at = edit.at + edit.remove;
  }
  const body = writer.raw(module.bytes.subarray(at, end)).finish();
  return new ByteWriter().sized(body).finish();
}

const TYPE_BYTES = { ...VALUE_TYPES, v128: 0x7b, funcref: 0x70, externref: 0x6f } as const;

export function codePayload(bodies: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter().u32(bodies.length);
  for (const body of bodies) writer.raw(body);
  return writer.finish();
}
