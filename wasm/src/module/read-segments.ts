import type { ByteReader } from "./byte-reader";
import { readConstant } from "./read-constant";
import type { Draft } from "./read-declarations";

/** @see WebAssembly Core Specification 2.0, section 5.5.12 */
export function readElements(reader: ByteReader, draft: Draft): void {
  const count = reader.count("segments", draft.limits.segments, 2);
  for (let index = 0; index < count; index++) {
    reader.path = `element[${index}]`;
    const at = reader.at;
    const flags = reader.u32();
    if (flags > 7) reader.fail(`flags ${flags}`, "0 to 7", at);
    const isActive = (flags & 1) === 0;
    const isByExpressions = (flags & 4) !== 0;
    if (isActive && (flags & 2) !== 0) reader.u32();
    if (isActive) readConstant(reader);
    // A kind, or a type of reference: a byte either way.
    if ((flags & 3) !== 0) reader.u8();
    const size = reader.count("elements", draft.limits.tableElements);
    const functions: number[] = [];
    for (let left = size; left > 0; left--) {
      if (isByExpressions) readConstant(reader);
      else functions.push(reader.u32());
    }
    const mode = isActive ? "active" : (flags & 2) !== 0 ? "declarative" : "passive";
    draft.elements.push({ mode, size, functions: isByExpressions ? null : functions });
  }
}

/** @see WebAssembly Core Specification 2.0, section 5.5.14 */
export function readData(reader: ByteReader, draft: Draft): void {
  const count = reader.count("segments", draft.limits.segments, 2);
  for (let index = 0; index < count; index++) {
    reader.path = `data[${index}]`;
    const at = reader.at;
    const flags = reader.u32();
    if (flags > 2) reader.fail(`flags ${flags}`, "0 to 2", at);
    if (flags === 2) reader.u32();
    if (flags !== 1) readConstant(reader);
    const size = reader.u32();
    reader.skip(size);
    draft.data.push({ mode: flags === 1 ? "passive" : "active", size });
  }
}
