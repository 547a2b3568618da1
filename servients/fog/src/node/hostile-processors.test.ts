import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  asOurs,
  NotFoundError,
  ProcessorProblemError,
  silentLogger,
  systemClock,
} from "@fogwot/core";
import {
  AdmissionError,
  type Artifact,
  type FaultKind,
  instrument,
  type ManifestBase,
  makePublisherKey,
  type Rule,
  sha256Hex,
  TierProcessors,
} from "@fogwot/wasm";
import {
  generator,
  type HandMade,
  handMade,
  mutate,
  type SignedOptions,
  signed,
  TEST_TRUST,
} from "@fogwot/wasm/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

const MANIFEST: Partial<ManifestBase> = {
  ports: { in: [{ name: "values", schema: "v/1" }], out: [{ name: "sums", schema: "v/1" }] },
  records: { "v/1": [{ name: "value", type: "u8" }] },
};
const hostile = (made: HandMade, options: SignedOptions = {}): Artifact =>
  signed(handMade(made), { ...options, manifest: { ...MANIFEST, ...options.manifest } });
const processOf = (...code: number[]): HandMade => ({
  functions: { process: { type: "i32 i32:i32", code } },
});
const rawly = (made: HandMade): Artifact => hostile(made, { isRaw: true });

/** Adds the first byte of a frame to a sum, and answers with it. @param version other bytes */
const good = (version = 0, options: SignedOptions = {}): Artifact => {
  const add = [0x23, 0, 0x41, 0x80, 8, 0x2d, 0, 0, 0x6a, 0x24, 0];
  const answer = [0x41, 0x80, 16, 0x23, 0, 0x3a, 0, 0, 0x41, 1];
  return hostile({ ...processOf(...add, ...answer), globals: [0, version] }, options);
};
const ENDLESS = [0x03, 0x40, 0x0c, 0, 0x0b, 0x41, 0];
const MUCH_FUEL = { manifest: { fuelPerCall: 50_000_000 } };

/** In the words of issue 6. The rule that refuses it, or the fault that stops it on its first frame. */
const HOSTILE: readonly (readonly [string, () => Artifact, Rule | FaultKind])[] = [
  ["an endless loop", () => hostile(processOf(...ENDLESS), MUCH_FUEL), "fuel"],
  ["recursion", () => hostile(processOf(0x20, 0, 0x20, 1, 0x10, 6), MUCH_FUEL), "trap"],
  [
    "memory growth",
    () => hostile(processOf(0x03, 0x40, 0x41, 1, 0x40, 0, 0x1a, 0x0c, 0, 0x0b, 0x41, 0)),
    "fuel",
  ],
  [
    "memory beyond the node's",
    () => hostile({ memory: { minimum: 1, maximum: 300 } }, { manifest: { memoryMaxPages: 300 } }),
    "MEMORY_TOO_LARGE",
  ],
  [
    "an unknown import",
    () => hostile({ imports: [{ module: "env", name: "system", type: "i32:i32" }] }),
    "IMPORT_UNKNOWN",
  ],
  ["no maximum", () => rawly({ memory: { minimum: 1 } }), "MEMORY_UNBOUNDED"],
  [
    "SIMD in the portable profile",
    () => rawly(processOf(0x41, 0, 0xfd, 15, 0x1a, 0x41, 0)),
    "FEATURE",
  ],
  ["a start section", () => rawly({ ...processOf(0x41, 0), start: 5 }), "START_SECTION"],
  [
    "the wrong ABI",
    () => hostile({ functions: { abi: { type: ":i32", code: [0x41, 0x80, 0x80, 8] } } }),
    "ABI_VERSION",
  ],
  ["truncated on the way", () => cut(good()), "MODULE_HASH"],
  [
    "truncated before it was signed",
    () => {
      const whole = instrument(handMade(), { profile: "portable", memoryMaxPages: 1 });
      return signed(whole.subarray(0, whole.length - 1), { isRaw: true, manifest: MANIFEST });
    },
    "MODULE_MALFORMED",
  ],
  [
    "unsigned",
    () => {
      const wasm = instrument(handMade(), { profile: "portable", memoryMaxPages: 1 });
      const said = { wasmSha256: sha256Hex(wasm), size: wasm.length };
      return { ...hostile({}, { said }), wasm };
    },
    "SIGNATURE_MISSING",
  ],
  [
    "signed by a stranger",
    () => hostile({}, { key: makePublisherKey("stranger") }),
    "SIGNER_UNKNOWN",
  ],
  [
    "a tampered manifest",
    () => {
      const artifact = good();
      const text = Buffer.from(artifact.manifest).toString();
      const tampered = text.replace('"fuelPerCall":1000', '"fuelPerCall":9000');
      return { ...artifact, manifest: Buffer.from(tampered) };
    },
    "MANIFEST_SIGNATURE",
  ],
  ["100 MB", () => ({ ...good(), wasm: new Uint8Array(100_000_000) }), "MODULE_TOO_LARGE"],
  [
    "an output flood",
    () => {
      const emit = { module: "fog", name: "emit", type: "i32 i32 i32:" };
      const flood = [0x03, 0x40, 0x41, 0, 0x41, 0, 0x41, 8, 0x10, 0, 0x0c, 0, 0x0b, 0x41, 0];
      const manifest = { ...MUCH_FUEL.manifest, capabilities: ["emit"] as const };
      return hostile({ ...processOf(...flood), imports: [emit] }, { manifest });
    },
    "flood",
  ],
  [
    "a fuel hog, by what it asks for",
    () => hostile({}, { manifest: { fuelPerCall: 50_000_001 } }),
    "FUEL_TOO_MUCH",
  ],
  [
    "a fuel hog, by what it does",
    // 2^27 turns of an honest loop that would come to its end.
    () => {
      const turn = [0x20, 2, 0x41, 1, 0x6a, 0x22, 2, 0x41, 0x80, 0x80, 0x80, 0xc0, 0, 0x48];
      const code = [0x03, 0x40, ...turn, 0x0d, 0, 0x0b, 0x41, 0];
      const hog = { type: "i32 i32:i32", locals: ["i32" as const], code };
      return hostile({ functions: { process: hog } }, MUCH_FUEL);
    },
    "fuel",
  ],
];
const cut = (artifact: Artifact): Artifact => ({ ...artifact, wasm: artifact.wasm.slice(0, -9) });

let folder: string;
let node: TierProcessors;
let faults: FaultKind[] = [];
const sums: Record<string, number> = {};
const expected: Record<string, number> = { healthy: 0, victim: 0 };
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "fogwot-hostile-"));
  const trust = path.join(folder, "trust.json");
  writeFileSync(trust, JSON.stringify(TEST_TRUST));
  node = new TierProcessors({
    processors: ["healthy", "victim"].map((name) => ({
      name,
      watch: false,
      from: [{ device: "sensor", data: "bytes", port: "values" }],
      to: [{ port: "sums", event: true }],
    })),
    trust: { trust, probation: { frames: 2, durationMs: 0 }, checkpointMs: 60_000 },
    folder: path.join(folder, "slots"),
    version: "0.1.0",
    checkChain: () => [],
    surroundings: { act: async () => undefined, set: async () => undefined },
    peers: {
      consume: () => Promise.reject(new NotFoundError("another tier")),
      stop: async () => undefined,
    },
    clock: systemClock,
    log: silentLogger,
    onEvent: (_name, event) => {
      if (event.kind === "fault") faults.push(event.fault);
    },
    onOutput: (name, _port, { value }) => {
      sums[name] = Number(value);
    },
  });
  await node.start();
  for (const name of ["healthy", "victim"]) await node.deploy(name, good());
});
afterAll(async () => {
  await node?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A frame to both: each answers, with every frame before in its sum. */
function expectAnswers(): void {
  node.bytes("device/sensor/bytes", Uint8Array.of(1), systemClock.now());
  for (const name of ["healthy", "victim"]) expected[name] = ((expected[name] ?? 0) + 1) & 0xff;
  expect(sums).toEqual(expected);
}

async function ruleOf(artifact: Artifact): Promise<Rule | undefined> {
  const error: unknown = await asOurs(() => node.deploy("victim", artifact)).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error === undefined) return undefined;
  expect(error).toBeInstanceOf(ProcessorProblemError);
  const { cause } = error as ProcessorProblemError;
  expect(cause).toBeInstanceOf(AdmissionError);
  return (cause as AdmissionError).rule;
}

describe("what is deployed to a fog node with", () => {
  it.each(HOSTILE)("%s is refused or stopped: both processors go on", async (_name, make, end) => {
    expectAnswers();
    faults = [];
    const running = node.list()[1]?.running?.wasmSha256;
    const rule = await ruleOf(make());
    // The frame on which it faults is answered by the version before, with its state.
    expectAnswers();
    expect(rule ?? faults[0]).toBe(end);
    expect(faults).toHaveLength(rule ? 0 : 1);
    expect(node.list()[1]?.running).toMatchObject({ wasmSha256: running, memoryPages: 1 });
    expectAnswers();
  });

  // 10,000 of them, and some that a trusted key has signed, stand in wasm/src/admission/admit.test.ts.
  it("flipped bits is refused by its hash, its signature or its form", async () => {
    const draw = generator(6);
    const rules = new Set<Rule | undefined>();
    for (let index = 0; index < 100; index++) {
      const artifact = good();
      const part = (["wasm", "manifest", "signature"] as const)[draw(3)] ?? "wasm";
      rules.add(await ruleOf({ ...artifact, [part]: mutate(artifact[part], draw) }));
    }
    expect([...rules].sort()).toEqual(["MANIFEST_MALFORMED", "MANIFEST_SIGNATURE", "MODULE_HASH"]);
    expectAnswers();
  });

  it("what has failed once is not taken a second time", async () => {
    const [, make = good] = HOSTILE[0] ?? [];
    await expect(node.deploy("victim", make())).rejects.toMatchObject({
      code: "PROCESSOR_REFUSED",
    });
    expectAnswers();
  });

  it("an older counter is refused, once a newer publication was confirmed", async () => {
    await node.deploy("victim", good(1, { said: { counter: 9 } }));
    expected.victim = 0;
    for (let frame = 0; frame < 3; frame++) expectAnswers();
    // The confirmation is on the disk before the next deployment is looked at.
    expect(await ruleOf(good(2, { said: { counter: 8 } }))).toBe("COUNTER_OLD");
    expectAnswers();
  });
});
