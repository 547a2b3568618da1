import type { ByteReader } from "./byte-reader";
import { OP, opcodeName } from "./opcodes";
import { walk } from "./walk";

/** i32.add, sub, mul and those of i64: what extended-const adds. */
const EXTENDED: ReadonlySet<number> = new Set([0x6a, 0x6b, 0x6c, 0x7c, 0x7d, 0x7e]);
const CONSTANT: ReadonlySet<number> = new Set([
  OP.i32Const,
  OP.i64Const,
  OP.f32Const,
  OP.f64Const,
  OP.globalGet,
  OP.refNull,
  OP.refFunc,
  OP.end,
  // v128.const
  0xfd_000c,
  ...EXTENDED,
]);

/** A constant expression, its `end` too. */
export function readConstant(reader: ByteReader): void {
  walk(reader, undefined, ({ opcode, start }) => {
    if (!CONSTANT.has(opcode)) {
      reader.fail(`instruction ${opcodeName(opcode)}`, "a constant one", start);
    }
  });
}
