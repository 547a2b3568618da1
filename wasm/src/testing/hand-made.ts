import {
  ByteWriter,
  customSection,
  type FunctionType,
  type NumberType,
  SECTION,
  VALUE_TYPES,
} from "../module";

/** A function by its instructions, the closing `end` left out. */
export interface HandMadeFunction {
  readonly type: string;
  readonly locals?: readonly NumberType[];
  readonly code: readonly number[];
}

/** What differs from the least that the ABI asks for. */
export interface HandMade {
  /** Exported functions by name; null leaves one of the ABI's out. */
  readonly functions?: Readonly<Record<string, HandMadeFunction | null>>;
  /** Functions that are not exported; their indices follow the exported ones'. */
  readonly inner?: readonly HandMadeFunction[];
  readonly imports?: readonly { readonly module: string; readonly name: string; type: string }[];
  readonly importsMemory?: boolean;
  /** Pages; null: none. @default { minimum: 1, maximum: 1 } */
  readonly memory?: { readonly minimum: number; readonly maximum?: number } | null;
  /** Elements of a table of functions, of which the first is the last inner function. */
  readonly table?: number;
  /** Initial values of mutable i32. */
  readonly globals?: readonly number[];
  /** Index of a function. */
  readonly start?: number;
  /** Custom sections at the end. */
  readonly custom?: Readonly<Record<string, Uint8Array>>;
}

const i32 = (value: number): number[] => [...new ByteWriter().u8(0x41).s32(value).finish()];

/** An ABI v1 processor that hands back what it is given, 0 bytes of it. */
const LEAST: Readonly<Record<string, HandMadeFunction>> = {
  abi: { type: ":i32", code: i32(0x1_0000) },
  in_ptr: { type: ":i32", code: i32(1_024) },
  in_cap: { type: ":i32", code: i32(1_024) },
  out_ptr: { type: ":i32", code: i32(2_048) },
  out_cap: { type: ":i32", code: i32(1_024) },
  init: { type: "i32:i32", code: i32(0) },
  process: { type: "i32 i32:i32", code: i32(0) },
};

/** A module written byte by byte, for what no compiler makes. Function types are "i32 f64:i32". */
export function handMade(options: HandMade = {}): Uint8Array<ArrayBuffer> {
  const { inner = [], imports = [], memory = { minimum: 1, maximum: 1 } } = options;
  const exported = Object.entries({ ...LEAST, ...options.functions }).filter(
    (entry): entry is [string, HandMadeFunction] => entry[1] !== null,
  );
  const functions = [...exported.map(([, one]) => one), ...inner];
  const types = [...new Set([...imports, ...functions].map(({ type }) => type))];
  const writer = new ByteWriter().u8(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  const section = (id: number, count: number, write: (into: ByteWriter) => void): void => {
    const content = new ByteWriter().u32(count);
    write(content);
    writer.u8(id).sized(content.finish());
  };
  section(SECTION.type, types.length, (into) => {
    for (const type of types) writeType(into, type);
  });
  const importCount = imports.length + (options.importsMemory ? 1 : 0);
  if (importCount > 0) {
    section(SECTION.import, importCount, (into) => {
      for (const { module, name, type } of imports) {
        into.name(module).name(name).u8(0).u32(types.indexOf(type));
      }
      if (options.importsMemory) into.name("env").name("memory").u8(2, 1, 1, 1);
    });
  }
  section(SECTION.function, functions.length, (into) => {
    for (const { type } of functions) into.u32(types.indexOf(type));
  });
  if (options.table !== undefined) {
    section(SECTION.table, 1, (into) => into.u8(0x70, 0).u32(options.table ?? 0));
  }
  if (memory && !options.importsMemory) {
    section(SECTION.memory, 1, (into) => {
      into.u8(memory.maximum === undefined ? 0 : 1).u32(memory.minimum);
      if (memory.maximum !== undefined) into.u32(memory.maximum);
    });
  }
  const globals = options.globals ?? [];
  if (globals.length > 0) {
    section(SECTION.global, globals.length, (into) => {
      for (const value of globals) into.u8(VALUE_TYPES.i32, 1, ...i32(value), 0x0b);
    });
  }
  const hasMemory = memory !== null || options.importsMemory === true;
  section(SECTION.export, exported.length + (hasMemory ? 1 : 0), (into) => {
    for (const [index, [name]] of exported.entries()) {
      into
        .name(name)
        .u8(0)
        .u32(imports.length + index);
    }
    if (hasMemory) into.name("memory").u8(2, 0);
  });
  if (options.start !== undefined) {
    writer.u8(SECTION.start).sized(new ByteWriter().u32(options.start).finish());
  }
  if (options.table !== undefined && inner.length > 0) {
    section(SECTION.element, 1, (into) =>
      into.u8(0, ...i32(0), 0x0b, 1).u32(imports.length + functions.length - 1),
    );
  }
  section(SECTION.code, functions.length, (into) => {
    for (const { locals = [], code } of functions) {
      const body = new ByteWriter().u32(locals.length);
      for (const type of locals) body.u8(1, VALUE_TYPES[type]);
      into.sized(body.u8(...code, 0x0b).finish());
    }
  });
  for (const [name, bytes] of Object.entries(options.custom ?? {})) {
    writer.raw(customSection(name, bytes));
  }
  return writer.finish();
}

function writeType(into: ByteWriter, text: string): void {
  const [parameters = "", results = ""] = text.split(":");
  into.u8(0x60);
  for (const list of [parameters, results]) {
    const types = list.split(" ").filter((one) => one !== "") as FunctionType["results"];
    into.u32(types.length);
    for (const type of types) into.u8(VALUE_TYPES[type as NumberType]);
  }
}
