import path from "node:path";
import { beforeAll, describe, expect, it, jest } from "@jest/globals";
import { buildProcessor } from "../build/build";
import type { Manifest } from "../manifest";
import { type FaultKind, FrameTooLargeError, ProcessorFaultError } from "../runtime/fault";
import { decodeStateImage, encodeStateImage, StateImageError } from "../state";
import { type Grants, type VersionSource, WasmVersion } from ".";

// One run of the compiler.
jest.setTimeout(120_000);

let wasm: Uint8Array<ArrayBuffer>;
let manifest: Manifest;
beforeAll(async () => {
  const built = await buildProcessor({ folder: path.join(__dirname, "test", "villain") });
  wasm = built.wasm;
  manifest = {
    ...built.manifest,
    abi: 1,
    wasmSha256: "ab".repeat(32),
    size: wasm.length,
    keyId: "0".repeat(32),
    counter: 1,
    previous: null,
    notBefore: null,
    expires: null,
  };
});

const prepare = (
  grants: Grants = {},
  config: Uint8Array = new Uint8Array(0),
): Promise<VersionSource> => WasmVersion.prepare(wasm, { manifest, grants, config });
const start = async (grants?: Grants, config?: Uint8Array): Promise<WasmVersion> =>
  new WasmVersion(await prepare(grants, config));

const sums = (version: WasmVersion, ...values: number[]): number[][] =>
  values.map((value) =>
    version.process(0, Uint8Array.of(value)).emissions.map(({ bytes }) => bytes[0] as number),
  );

function faultOf(call: () => unknown): FaultKind | undefined {
  try {
    call();
  } catch (error) {
    if (error instanceof ProcessorFaultError) return error.kind;
    throw error;
  }
  return undefined;
}

describe("a version that runs on V8", () => {
  it("gives what was emitted and then what is returned, and leaves earlier results alone", async () => {
    const version = await start();
    const first = version.process(0, Uint8Array.of(3));
    version.process(0, Uint8Array.of(4));
    expect(first.emissions).toEqual([
      { port: 1, bytes: Uint8Array.of(6) },
      { port: 0, bytes: Uint8Array.of(3) },
    ]);
    expect(sums(version, 1)).toEqual([[16, 8]]);
  });

  it("counts the same fuel for the same work, and hands out none that is left", async () => {
    const version = await start();
    const used = [1, 2, 3].map((value) => version.process(0, Uint8Array.of(value)).fuelUsed);
    expect(new Set(used).size).toBe(1);
    expect(used[0]).toBeGreaterThan(5);
  });

  it.each([
    ["loop", 1, "fuel"],
    ["recurse", 2, "trap"],
    ["flood", 4, "flood"],
    ["trap", 5, "trap"],
    ["overlong", 6, "contract"],
    ["outside", 7, "contract"],
    ["chatter", 8, "flood"],
    ["elsewhere", 9, "contract"],
  ] as const)("stops one that does %s", async (_name, port, kind) => {
    const version = await start({ log: () => undefined });
    expect(faultOf(() => version.process(port, Uint8Array.of(1)))).toBe(kind);
    expect(sums(version.renew(), 5)).toEqual([[10, 5]]);
  });

  it("lets one grow to what its manifest says and no further, and goes on reading its buffers", async () => {
    const version = await start();
    expect(version.process(3, Uint8Array.of(1)).emissions[0]?.bytes[0]).toBe(4);
    expect([version.memoryPages, sums(version, 1)]).toEqual([4, [[8, 4]]]);
  });

  it("takes a refusal for one, and a frame that does not fit for the caller's mistake", async () => {
    const version = await start();
    expect(version.process(10, Uint8Array.of(1)).code).toBe(-3);
    expect(() => version.process(0, new Uint8Array(65))).toThrow(FrameTooLargeError);
    expect(sums(version, 1)).toEqual([[2, 1]]);
  });

  it("reaches what it was granted, one time for all of a call", async () => {
    const written: number[][] = [];
    let ms = 1_000;
    const version = await start({
      now: () => ms++,
      gpioWrite: (slot, value) => written.push([slot, value]),
    });
    sums(version, 9);
    const { bytes } = version.tick(500).emissions[0] ?? { bytes: new Uint8Array(8) };
    expect(new DataView(bytes.buffer).getFloat64(0, true)).toBe(1_500);
    expect(written).toEqual([[0, 9]]);
  });

  it("refuses a configuration that init refuses", async () => {
    expect(sums(await start({}, Uint8Array.of(100)), 1)).toEqual([[202, 101]]);
    const source = await prepare({}, new Uint8Array(9));
    expect(faultOf(() => new WasmVersion(source))).toBe("contract");
  });

  it("goes on from its image as if nothing had been, on the way through bytes too", async () => {
    const version = await start();
    sums(version, 1, 2, 3);
    version.process(3, Uint8Array.of(1));
    const bytes = encodeStateImage(version.image());
    const other = await start();
    other.restore(decodeStateImage(bytes, manifest.memoryMaxPages));
    expect(encodeStateImage(other.image()).equals(bytes)).toBe(true);
    expect(sums(other, 4, 5)).toEqual(sums(version, 4, 5));
    const foreign = { ...version.image(), wasmSha256: "cd".repeat(32) };
    expect(() => other.restore(foreign)).toThrow(StateImageError);
  });

  it("hands its state over in its own words, and is as after init when it takes none", async () => {
    const version = await start();
    sums(version, 7);
    const saved = version.saveState();
    expect(saved).toEqual({ version: 1, bytes: Uint8Array.of(7, 0, 0, 0) });
    const other = await start();
    expect(other.loadState(saved as NonNullable<typeof saved>)).toBe(true);
    expect(sums(other, 1)).toEqual([[16, 8]]);
    expect(other.loadState({ version: 2, bytes: Uint8Array.of(1) })).toBe(false);
    expect(sums(other, 1)).toEqual([[2, 1]]);
  });
});
