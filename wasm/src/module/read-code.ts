import { ByteReader } from "./byte-reader";
import { type Draft, readValueType } from "./read-declarations";
import { type Allowed, type Instruction, walk } from "./walk";
import type { CodeBody, LocalGroup, WasmModule } from "./wasm-module";

export function readCode(reader: ByteReader, draft: Draft): void {
  const count = reader.count("functions", draft.limits.functions, 3);
  for (let index = 0; index < count; index++) {
    reader.path = `code[${index}]`;
    const at = reader.at;
    const size = reader.u32();
    if (size > draft.limits.bodyBytes) {
      reader.fail(`${size} bytes`, `${draft.limits.bodyBytes} at most`, at);
    }
    const start = reader.at;
    reader.skip(size);
    const inner = new ByteReader(draft.bytes, reader.path, start, reader.at);
    const locals = readLocals(inner, draft.limits.locals);
    draft.code.push({ start, bodyStart: inner.at, end: reader.at, locals });
  }
}

function readLocals(reader: ByteReader, limit: number): LocalGroup[] {
  const groups = reader.count("groups of locals", limit, 2);
  let sum = 0;
  return Array.from({ length: groups }, () => {
    const at = reader.at;
    const count = reader.u32();
    sum += count;
    if (sum > limit) reader.fail(`${sum} locals`, `${limit} at most`, at);
    return { count, type: readValueType(reader) };
  });
}

/**
 * Walks one function's instructions. @param index among those with a body
 * @throws MalformedModuleError, UnsupportedFeatureError
 */
export function walkBody(
  module: WasmModule,
  index: number,
  allowed: Allowed,
  visit: (instruction: Instruction) => void,
): void {
  const { bodyStart, end } = module.code[index] as CodeBody;
  const reader = new ByteReader(module.bytes, `code[${index}]`, bodyStart, end);
  walk(reader, allowed, visit);
  if (!reader.isAtEnd) reader.fail(`${end - reader.at} bytes more`, "the function's end");
}
