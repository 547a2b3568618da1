import { describe, expect, it } from "@jest/globals";
import { ProcessorError } from "../processor-error";
import { generator, handMade, mutate } from "../testing";
import { ByteWriter } from "./byte-writer";
import { MalformedModuleError, UnsupportedFeatureError } from "./module-error";
import { parseModule } from "./parse";
import { checkProfile } from "./profile";
import { walkBody } from "./read-code";
import { writeModule } from "./write";

const HEADER = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const MODULE = handMade({
  imports: [{ module: "fog", name: "emit", type: "i32 i32 i32:" }],
  globals: [1, -70_000],
  table: 4,
  inner: [{ type: "f64:f64", locals: ["f64"], code: [0x20, 0, 0x22, 1] }],
  custom: { name: Uint8Array.of(1, 2, 3) },
});
const MUTATIONS = 10_000;

/** @returns the typed error; anything else that is thrown is a failure of the test */
function errorOf(bytes: Uint8Array): ProcessorError | undefined {
  try {
    checkProfile(parseModule(bytes), "portable");
    return undefined;
  } catch (error) {
    if (error instanceof ProcessorError) return error;
    throw error;
  }
}

const withProcess = (...code: number[]): Uint8Array =>
  handMade({ functions: { process: { type: "i32 i32:i32", code } } });

describe("parseModule", () => {
  it("finds what is declared, and V8 agrees that it is a module", () => {
    expect(WebAssembly.validate(MODULE)).toBe(true);
    expect(parseModule(MODULE)).toMatchObject({
      imports: [{ module: "fog", name: "emit", kind: "function", index: 0 }],
      memories: [{ minimum: 1, maximum: 1, isShared: false }],
      globals: [{ type: "i32", isMutable: true }, { type: "i32" }],
      tables: [{ minimum: 4, maximum: undefined }],
      elements: [{ mode: "active", functions: [8] }],
      start: null,
    });
  });

  it("writes the same bytes again", () => {
    const again = writeModule(parseModule(MODULE), { keepsCustom: () => true });
    expect(Buffer.from(again).equals(MODULE)).toBe(true);
  });

  it("says where the bytes are wrong", () => {
    const cut = MODULE.subarray(0, MODULE.length - 4);
    expect(errorOf(cut)).toMatchObject({ code: "MODULE_MALFORMED", path: "section[custom]" });
    expect(errorOf(Uint8Array.of(...HEADER.slice(0, 7), 9))).toMatchObject({ path: "module" });
    const twice = Uint8Array.of(...MODULE, ...[1, 1, 0]);
    expect(errorOf(twice)?.message).toContain("section type, wanted one further on");
  });

  it("believes no count that the bytes cannot hold", () => {
    for (const id of [1, 2, 3, 4, 5, 6, 7, 9, 10, 11]) {
      const count = new ByteWriter().u32(0xffff_ffff).finish();
      const bytes = Uint8Array.of(...HEADER, id, count.length, ...count);
      expect(errorOf(bytes)).toBeInstanceOf(MalformedModuleError);
    }
    const locals = withProcess(0x41, 0);
    const at = parseModule(locals).code[6]?.start as number;
    locals[at] = 1;
    expect(errorOf(locals)).toBeInstanceOf(MalformedModuleError);
  });

  it("ends with a typed error, or a module, at whatever byte it is cut", () => {
    for (let length = 0; length < MODULE.length; length++) errorOf(MODULE.subarray(0, length));
  });

  it(`ends with a typed error, or a module, for ${MUTATIONS} random mutations`, () => {
    const draw = generator(6);
    let refused = 0;
    for (let index = 0; index < MUTATIONS; index++) {
      if (errorOf(mutate(MODULE, draw))) refused++;
    }
    expect(refused).toBeGreaterThan(MUTATIONS / 3);
  });
});

describe("checkProfile", () => {
  it.each([
    ["simd", [0xfd, 15]],
    ["threads", [0xfe, 0x10, 2, 0]],
    ["exceptions", [0x06, 0x40, 0x0b]],
    ["gc", [0xfb, 0]],
    ["tail-calls", [0x12, 0]],
    ["reference-types", [0xd0, 0x70]],
    ["bulk-memory", [0xfc, 8, 0, 0]],
    ["multi-memory", [0xfc, 11, 1]],
    ["relaxed-simd", [0xfd, 0x80, 0x02]],
  ] as const)("refuses an instruction of %s", (feature, code) => {
    const error = errorOf(withProcess(0x41, 0, ...code));
    expect(error).toBeInstanceOf(UnsupportedFeatureError);
    expect(error).toMatchObject({ feature });
  });

  it("takes what every engine has: sign extension, saturating conversion, memory.fill", () => {
    const code = [0x41, 0, 0xc0, 0x1a, 0x43, 0, 0, 0, 0, 0xfc, 0, 0x1a];
    const fill = [0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 11, 0, 0x41, 0];
    expect(errorOf(withProcess(...code, ...fill))).toBeUndefined();
  });

  it("refuses an instruction that nobody has defined", () => {
    expect(errorOf(withProcess(0x27))?.message).toContain("opcode 0x27, wanted an instruction");
  });
});

describe("walkBody", () => {
  it("skips every immediate: what it finds is where V8 says the function ends", () => {
    // i64.const of 10 bytes, f64.const, br_table with two labels, call_indirect, load with an offset.
    const code = [
      ...[0x42, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f, 0x1a],
      ...[0x44, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0x1a],
      ...[0x02, 0x40, 0x02, 0x40, 0x20, 0, 0x0e, 1, 0, 1, 0x0b, 0x0b],
      ...[0x20, 1, 0x28, 2, 0x80, 0x08],
    ];
    const module = parseModule(withProcess(...code));
    expect(WebAssembly.validate(module.bytes as Uint8Array<ArrayBuffer>)).toBe(true);
    const seen: number[] = [];
    walkBody(module, 6, undefined, ({ opcode }) => seen.push(opcode));
    expect(seen).toEqual([
      ...[0x42, 0x1a, 0x44, 0x1a, 0x02, 0x02, 0x20, 0x0e, 0x0b, 0x0b, 0x20, 0x28, 0x0b],
    ]);
  });
});
