import { describe, expect, it } from "@jest/globals";
import { checkAuthorManifest, ManifestError } from "../manifest";
import { instrument } from "../publish/instrument";
import { handMade } from "../testing";
import { runVectors, twinSubject, wasmSubject } from "./run-vectors";
import { checkVectors, configBytes } from "./vectors";

const manifest = checkAuthorManifest(
  {
    name: "echo",
    version: "1.0.0",
    ports: { in: [], out: [] },
    fuelPerCall: 1_000,
    capabilities: ["emit", "gpio_write"],
    gpio: ["pump"],
    records: { "echo/1": [{ name: "gain", type: "f64", default: 2 }] },
    config: "echo/1",
  },
  "test",
);
/** Emits the first byte of its in-buffer, sets slot 0 to the port, and returns the frame's length. */
const wasm = instrument(
  handMade({
    imports: [
      { module: "fog", name: "emit", type: "i32 i32 i32:" },
      { module: "fog", name: "gpio_write", type: "i32 i32:" },
    ],
    functions: {
      process: {
        type: "i32 i32:i32",
        code: [
          ...[0x41, 0, 0x41, 0x80, 0x08, 0x41, 1, 0x10, 0],
          ...[0x41, 0, 0x20, 0, 0x10, 1, 0x20, 1],
        ],
      },
    },
  }),
  { profile: "portable", memoryMaxPages: 1 },
);
const compiled = new WebAssembly.Module(wasm);
const step = {
  port: 3,
  inHex: "0a0b",
  result: 2,
  outHex: "0000",
  emits: [{ port: 0, hex: "0a" }],
  gpio: [{ slot: 0, value: 3 }],
};
const run = (steps: readonly object[]) =>
  runVectors(manifest, checkVectors([{ name: "one", steps }], "test"), () =>
    wasmSubject(compiled, manifest),
  );

describe("runVectors", () => {
  it("sees what a call returns, leaves, emits and sets, and what it used", () => {
    const { failures, outcomes, fuel } = run([step]);
    expect(failures).toEqual([]);
    const { port: _port, inHex: _inHex, ...outcome } = step;
    expect(outcomes).toEqual([[outcome]]);
    expect(fuel).toEqual([8]);
  });

  it.each([
    ["result", { result: 3 }],
    ["outHex", { outHex: "00ff" }],
    ["emits", { emits: [] }],
    ["gpio", { gpio: [] }],
  ])("tells a step whose %s is another", (_, wrong) => {
    expect(run([step, { ...step, ...wrong }]).failures).toMatchObject([{ vector: "one", step: 1 }]);
  });

  it("takes no error for granted where a step says nothing of its result", () => {
    const refusing = () => twinSubject(() => ({ init: () => 0, process: () => -2 }));
    const vectors = checkVectors([{ name: "one", steps: [{ port: 0, inHex: "" }] }], "test");
    expect(runVectors(manifest, vectors, refusing).failures).toHaveLength(1);
  });
});

describe("vectors", () => {
  it("configure by hex or by the manifest's record, whose defaults hold without", () => {
    expect(Buffer.from(configBytes(manifest, "00ff")).toString("hex")).toBe("00ff");
    const gain = (config: Record<string, number> | undefined): number =>
      Buffer.from(configBytes(manifest, config)).readDoubleLE(0);
    expect([gain({ gain: 5 }), gain(undefined)]).toEqual([5, 2]);
  });

  it("are refused with their place", () => {
    const wrong = [{ name: "one", steps: [{ port: 0, inHex: "abc" }] }];
    expect(() => checkVectors(wrong, "vectors.json")).toThrow(ManifestError);
    expect(() => checkVectors(wrong, "vectors.json")).toThrow(/\/0\/steps\/0\/inHex: got "abc"/);
  });
});
