import { describe, expect, it } from "@jest/globals";
import { parseModule } from "../module";
import { type HandMade, handMade } from "../testing";
import { FUEL, removeFuel } from "./fuel";
import { instrument } from "./instrument";
import { FuelMismatchError, PublishError } from "./publish-error";

const OPTIONS = { profile: "portable", memoryMaxPages: 1 } as const;
const BUDGET = 10_000;

type Process = (port: number, length: number) => number;

interface Run {
  readonly result: number | string;
  readonly used: number;
}

/** Runs process(port, length), metered. */
function run(made: HandMade, port = 0, length = 0): Run {
  const wasm = instrument(handMade(made), OPTIONS);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wasm));
  const fuel = exports[FUEL] as WebAssembly.Global;
  fuel.value = BUDGET;
  let result: number | string;
  try {
    result = (exports.process as Process)(port, length);
  } catch (error) {
    result = (error as Error).message;
  }
  return { result, used: BUDGET - (fuel.value as number) };
}

const processOf = (...code: number[]): HandMade => ({
  functions: { process: { type: "i32 i32:i32", code } },
});
/** local 1 down to 0, `more` in every turn. */
const countDown = (...more: number[]): number[] => [
  ...[0x03, 0x40, ...more, 0x20, 1, 0x41, 1, 0x6b, 0x22, 1, 0x0d, 0, 0x0b],
];

describe("fuel", () => {
  it("counts instructions outside of loops once, those within at every turn", () => {
    // Outside: i32.const. A turn: local.get, i32.const, i32.sub, local.tee, br_if.
    expect(run(processOf(...countDown(), 0x41, 7), 0, 10)).toEqual({ result: 7, used: 1 + 50 });
    // A nop is free, in a loop of its own as outside.
    expect(run(processOf(0x01, ...countDown(0x01), 0x41, 7), 0, 1).used).toBe(1 + 5);
  });

  it("ends an endless loop, also one without an instruction, and endless recursion", () => {
    const empty = processOf(0x03, 0x40, 0x0c, 0, 0x0b, 0x41, 0);
    expect(run(empty)).toEqual({ result: "unreachable", used: BUDGET + 1 });
    const self = processOf(0x20, 0, 0x20, 1, 0x10, 6);
    expect(run(self)).toMatchObject({ result: "unreachable" });
    expect(run(self).used).toBeGreaterThan(BUDGET);
  });

  it("charges copies and fills by their length", () => {
    const fill = [0x41, 0x80, 0x20, 0x41, 0, 0x20, 1, 0xfc, 11, 0];
    expect(run(processOf(...fill, 0x41, 0), 0, 8_000).used).toBe(5 + 1_000);
    const copy = [0x41, 0x80, 0x20, 0x41, 0, 0x20, 1, 0xfc, 10, 0, 0];
    expect(run(processOf(...countDown(), ...copy, 0x41, 0), 0, 0x7fff_ffff).result).toBe(
      "unreachable",
    );
  });

  it.each([
    ["return", [0x41, 5, 0x0f]],
    ["br to the body's end", [0x41, 5, 0x0c, 1]],
    ["br_if to the body's end", [0x41, 5, 0x41, 1, 0x0d, 1, 0x1a]],
    ["br_table to the body's end", [0x41, 5, 0x20, 1, 0x0e, 0, 1]],
  ])("is what it was when a loop is left by %s", (_, leave) => {
    const { result, used } = run(processOf(0x03, 0x40, ...leave, 0x0b, 0x41, 0), 0, 3);
    expect(result).toBe(5);
    // A turn of the loop, and what stands behind it.
    const instructions = leave.filter((_byte, at) => isStart(leave, at)).length;
    expect(used).toBe(1 + instructions);
  });

  it("is one sum over calls from within loops", () => {
    const inner = [{ type: "i32:i32", code: [...countDownParameter(), 0x41, 1] }];
    const call = [0x41, 4, 0x10, 7, 0x1a];
    // A turn outside: 5 + 3; each call: 1 + 4 turns of 5.
    const made = { ...processOf(...countDown(...call), 0x41, 0), inner };
    expect(run(made, 0, 3).used).toBe(1 + 3 * 8 + 3 * (1 + 4 * 5));
  });

  it.each([
    ["a return", [0x41, 4, 0x10, 7, 0x0f], 3 + 21],
    ["another call", [0x41, 4, 0x10, 7, 0x10, 7], 3 + 21 + 6],
    ["a copy", [0x41, 0, 0x41, 0, 0x41, 4, 0x10, 7, 0xfc, 10, 0, 0, 0x41, 0], 6 + 21],
  ])("forgets nothing of a call that %s follows at once", (_, code, used) => {
    const inner = [{ type: "i32:i32", code: [...countDownParameter(), 0x41, 1] }];
    const made = { ...processOf(...countDown(), ...code), inner };
    expect(run(made, 0, 1).used).toBe(5 + used);
    const once = instrument(handMade(made), OPTIONS);
    expect(Buffer.compare(instrument(once, OPTIONS), once)).toBe(0);
  });

  it("lets callers pay for small functions that repeat nothing, but not those in a table", () => {
    const inner = [{ type: ":i32", code: [0x41, 1, 0x41, 1, 0x6a] }];
    const called = { ...processOf(0x10, 7), inner };
    expect(run(called).used).toBe(1 + 3);
    const { code } = parseModule(instrument(handMade(called), OPTIONS));
    expect((code[7]?.end ?? 0) - (code[7]?.bodyStart ?? 0)).toBe(6);
    const byTable = { ...processOf(0x41, 0, 0x11, 0, 0), inner, table: 1 };
    expect(run(byTable).used).toBe(2 + 3);
  });

  it("leaves what is computed as it was", () => {
    const made = processOf(...countDown(), 0x20, 0, 0x41, 3, 0x6c);
    expect(run(made, 14, 9).result).toBe(42);
  });
});

describe("instrument", () => {
  const made: HandMade = {
    ...processOf(...countDown(0x41, 0, 0x41, 0, 0x20, 1, 0xfc, 10, 0, 0, 0x10, 7, 0x1a), 0x41, 0),
    inner: [{ type: ":i32", code: [...countDownGlobal(), 0x23, 0] }],
    globals: [7, 8],
    custom: { name: Uint8Array.of(0), producers: Uint8Array.of(1) },
  };

  it("leaves what it has written as it is", () => {
    const once = instrument(handMade(made), OPTIONS);
    expect(WebAssembly.validate(once)).toBe(true);
    expect(Buffer.compare(instrument(once, OPTIONS), once)).toBe(0);
  });

  it("exports every mutable global but the fuel, which begins empty", () => {
    const { exports } = new WebAssembly.Instance(
      new WebAssembly.Module(instrument(handMade(made), OPTIONS)),
    );
    const initial = (name: string): unknown => (exports[name] as WebAssembly.Global).value;
    expect([initial(FUEL), initial("__g0"), initial("__g1")]).toEqual([0, 7, 8]);
    expect(exports).not.toHaveProperty("__g2");
  });

  it("takes everything out again", () => {
    const names = (bytes: Uint8Array): string[] =>
      parseModule(bytes).exports.map((one) => one.name);
    const clean = removeFuel(parseModule(instrument(handMade(made), OPTIONS)));
    expect(names(clean.bytes)).not.toContain(FUEL);
    expect(clean.code.map(({ start, end }) => end - start)).toEqual(
      parseModule(handMade(made)).code.map(({ start, end }) => end - start),
    );
  });

  it("keeps function names only when asked", () => {
    const custom = (keepNames: boolean): string[] =>
      parseModule(instrument(handMade(made), { ...OPTIONS, keepNames }))
        .sections.filter(({ id }) => id === 0)
        .map(({ name }) => name);
    expect(custom(false)).toEqual([]);
    expect(custom(true)).toEqual(["name"]);
  });

  it("refuses a module that says it is metered and touches the fuel", () => {
    const once = instrument(handMade({ ...made, globals: [7] }), OPTIONS);
    const { code } = parseModule(once);
    const at = once.lastIndexOf(0x23, code.at(-1)?.end);
    expect([once[at], once[at + 1]]).toEqual([0x23, 0]);
    once[at + 1] = 1;
    expect(() => instrument(once, OPTIONS)).toThrow(FuelMismatchError);
  });

  it.each([
    ["the local that will hold the fuel", [0x41, 0xe8, 0x07, 0x21, 2]],
    ["the global that will be the fuel", [0x41, 0xe8, 0x07, 0x24, 0]],
  ])("refuses a loop that sets %s, which no validator has seen", (_, refill) => {
    const hostile = handMade(processOf(0x03, 0x40, ...refill, 0x0c, 0, 0x0b, 0x41, 0));
    expect(WebAssembly.validate(hostile)).toBe(false);
    expect(() => instrument(hostile, OPTIONS)).toThrow(FuelMismatchError);
  });

  it("refuses what it cannot publish, and says what to do", () => {
    expect(() => instrument(handMade({ start: 5 }), OPTIONS)).toThrow(
      /move what it does into init/,
    );
    const two = handMade({ memory: { minimum: 1, maximum: 2 } });
    expect(() => instrument(two, OPTIONS)).toThrow(PublishError);
    expect(() => instrument(handMade({ memory: null }), OPTIONS)).toThrow(/no memory of its own/);
  });

  it("declares a maximum where the module has none", () => {
    const open = instrument(handMade({ memory: { minimum: 1 } }), {
      ...OPTIONS,
      memoryMaxPages: 3,
    });
    expect(parseModule(open).memories).toMatchObject([{ minimum: 1, maximum: 3 }]);
  });
});

/** As countDown, of parameter 0. */
function countDownParameter(): number[] {
  return [0x03, 0x40, 0x20, 0, 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, 0x0b];
}

/** Global 1 down to 0. */
function countDownGlobal(): number[] {
  return [0x03, 0x40, 0x23, 0, 0x41, 1, 0x6b, 0x24, 0, 0x23, 0, 0x0d, 0, 0x0b];
}

/** Whether an instruction of the sequences above begins at a byte: each has immediates of one byte. */
function isStart(code: readonly number[], at: number): boolean {
  const widths: Readonly<Record<number, number>> = { 65: 2, 12: 2, 13: 2, 32: 2, 14: 3 };
  let start = 0;
  while (start < at) start += widths[code[start] as number] ?? 1;
  return start === at;
}
