import { describe, expect, it } from "@jest/globals";
import { ByteWriter, customSection, parseModule } from "../module";
import type { Artifact } from "../publish/artifact";
import { instrument } from "../publish/instrument";
import { sha256Hex } from "../sha256";
import { makePublisherKey, openPart, SIGNATURE_SECTION } from "../sign";
import {
  admitted,
  generator,
  type HandMade,
  handMade,
  mutate,
  signed,
  TEST_KEY,
  TEST_LIMITS,
  TEST_TRUST,
} from "../testing";
import { AdmissionError, RULES, type Rule } from "./admission-error";
import { admit } from "./admit";

const OPTIONS = { profile: "portable", memoryMaxPages: 1 } as const;
const stranger = makePublisherKey("stranger");
const good = signed(handMade());
const metered = instrument(handMade(), OPTIONS);

const ruleOf = (work: () => unknown): Rule | "none" => {
  try {
    work();
    return "none";
  } catch (error) {
    if (error instanceof AdmissionError) return error.rule;
    throw error;
  }
};
const processOf = (...code: number[]): HandMade => ({
  functions: { process: { type: "i32 i32:i32", code } },
});
const withFog = (name: string, type: string): HandMade => ({
  imports: [{ module: "fog", name, type }],
});
/** Metered as a module of this form is, then changed. */
const changed = (bytes: Uint8Array, change: (bytes: Uint8Array) => void): Artifact => {
  const copy = Uint8Array.from(bytes);
  change(copy);
  return signed(copy, { isRaw: true });
};
const rawly = (made: HandMade): Artifact => signed(handMade(made), { isRaw: true });
/** A signature section in the module's name, whatever is in it. */
const withSection = (...payload: number[]): Artifact => {
  const writer = new ByteWriter().raw(metered.subarray(0, 8));
  writer.raw(customSection(SIGNATURE_SECTION, Uint8Array.from(payload)));
  const wasm = writer.raw(metered.subarray(8)).finish();
  const wasmSha256 = sha256Hex(wasm);
  return { ...signed(handMade(), { said: { wasmSha256, size: wasm.length } }), wasm };
};
const with32 = (count: number): number[] => Array.from({ length: count * 32 }, () => 0);

/** What breaks each rule. */
const BROKEN: Readonly<Record<Rule, () => unknown>> = {
  MODULE_TOO_LARGE: () => admitted({ ...good, wasm: new Uint8Array(100_000_000) }),
  MANIFEST_MALFORMED: () => admitted({ ...good, manifest: Buffer.from("{}") }),
  SIGNER_UNKNOWN: () => admitted(signed(handMade(), { key: stranger })),
  SIGNER_REVOKED: () =>
    admit(good, { ...TEST_TRUST, revoked: { keys: [TEST_KEY.kid], modules: [] } }, TEST_LIMITS),
  MANIFEST_SIGNATURE: () => {
    const text = Buffer.from(good.manifest)
      .toString()
      .replace('"fuelPerCall":1000', '"fuelPerCall":9000');
    return admitted({ ...good, manifest: Buffer.from(text) });
  },
  MODULE_REVOKED: () => {
    const modules = [admitted(good).manifest.wasmSha256];
    return admit(good, { ...TEST_TRUST, revoked: { keys: [], modules } }, TEST_LIMITS);
  },
  MODULE_HASH: () => admitted({ ...good, wasm: signed(handMade({ globals: [1] })).wasm }),
  NOT_YET_VALID: () =>
    admitted(signed(handMade(), { said: { notBefore: "2026-01-01T00:00:01Z" } })),
  EXPIRED: () => admitted(signed(handMade(), { said: { expires: "2026-01-01T00:00:00Z" } })),
  COUNTER_OLD: () => admitted(good, { lastCounter: 2 }),
  NODE_TOO_OLD: () => admitted(signed(handMade(), { manifest: { minNode: "0.2.0" } })),
  PROFILE_REFUSED: () => admitted(signed(handMade(), { manifest: { profile: "simd" } })),
  FUEL_TOO_MUCH: () => admitted(good, { fuelPerCall: 999 }),
  CAPABILITY_NOT_GRANTED: () =>
    admitted(signed(handMade(), { manifest: { capabilities: ["gpio_write"] } }), {
      capabilities: ["emit"],
    }),
  MODULE_MALFORMED: () => {
    // The signature is put in front of whatever follows the header.
    const cut = metered.subarray(0, metered.length - 1);
    return admitted(signed(cut, { isRaw: true }));
  },
  SIGNATURE_MISSING: () => {
    const wasmSha256 = sha256Hex(metered);
    const artifact = signed(handMade(), { said: { wasmSha256, size: metered.length } });
    return admitted({ ...artifact, wasm: metered });
  },
  SIGNATURE_PARTIAL: () => admitted(withSection(1, 1, 1, 1, 2, ...with32(2), 0)),
  MODULE_SIGNATURE: () => {
    const keyId = [16, ...Buffer.from(TEST_KEY.kid, "hex")];
    const signature = [1, 64, ...with32(2)];
    return admitted(withSection(1, 1, 1, 1, 1, ...with32(1), 1, ...keyId, ...signature));
  },
  START_SECTION: () => admitted(rawly({ ...processOf(0x41, 0), start: 5 })),
  FEATURE: () => admitted(rawly(processOf(0x41, 0, 0xfd, 15, 0x1a, 0x41, 0))),
  MEMORY_IMPORTED: () => admitted(rawly({ importsMemory: true })),
  MEMORY_MISSING: () => admitted(rawly({ memory: null })),
  MEMORY_UNBOUNDED: () => admitted(rawly({ memory: { minimum: 1 } })),
  MEMORY_TOO_LARGE: () => admitted(rawly({ memory: { minimum: 1, maximum: 2 } })),
  TABLE_TOO_LARGE: () => admitted(signed(handMade({ table: 10_001 }))),
  IMPORT_UNKNOWN: () =>
    admitted(signed(handMade({ imports: [{ module: "env", name: "emit", type: ":" }] }))),
  IMPORT_TYPE: () => admitted(signed(handMade(withFog("emit", "i32:")))),
  CAPABILITY_UNDECLARED: () => admitted(signed(handMade(withFog("now", ":f64")))),
  EXPORT_MISSING: () => admitted(signed(handMade({ functions: { init: null } }))),
  EXPORT_TYPE: () =>
    admitted(signed(handMade({ functions: { init: { type: ":i32", code: [0x41, 0] } } }))),
  ABI_VERSION: () =>
    admitted(
      signed(handMade({ functions: { abi: { type: ":i32", code: [0x41, 0x80, 0x80, 0x08] } } })),
    ),
  BUFFERS: () => admitted(signed(handMade(), { manifest: { buffers: { in: 2_048, out: 1_024 } } })),
  FUEL_MISSING: () => admitted(rawly({})),
  FUEL_MISMATCH: () => {
    const loop = instrument(handMade(processOf(0x03, 0x40, 0x0b, 0x41, 0)), OPTIONS);
    const { code } = parseModule(loop);
    // The loop's payment: local.get, i32.const 1: made free.
    const at = loop.indexOf(0x03, code[6]?.bodyStart) + 5;
    return admitted(changed(loop, (bytes) => bytes.set([0], at)));
  },
  NOT_CANONICAL: () => {
    const with0 = instrument(handMade({ globals: [1] }), OPTIONS);
    // Its state goes by another name, which a snapshot would miss.
    const at = Buffer.from(with0).indexOf("__g0") + 3;
    return admitted(changed(with0, (bytes) => bytes.set([0x31], at)));
  },
  MODULE_INVALID: () => admitted(signed(handMade(processOf(0x41, 0, 0x41, 0)))),
};

describe("admit", () => {
  it("takes a published module, and says what a host needs", () => {
    expect(admitted(good)).toMatchObject({
      features: [],
      buffers: { in: { pointer: 1_024, bytes: 1_024 }, out: { pointer: 2_048, bytes: 1_024 } },
      stateGlobals: [],
      manifest: { name: "hand-made", counter: 1, previous: null, keyId: TEST_KEY.kid },
    });
  });

  it.each(Object.keys(RULES) as Rule[])("refuses by rule %s", (rule) => {
    expect(ruleOf(BROKEN[rule])).toBe(rule);
  });

  it("takes every form that the rules allow", () => {
    const tick = { tick: { type: "f64:i32", code: [0x41, 0] } };
    const abi = { abi: { type: ":i32", code: [0x41, 0x82, 0x80, 0x04] } };
    expect(admitted(signed(handMade({ functions: { ...tick, ...abi } }))).features).toEqual([
      "tick",
    ]);
    const emit = signed(handMade(withFog("emit", "i32 i32 i32:")), {
      manifest: { capabilities: ["emit"] },
    });
    expect(admitted(emit).manifest.capabilities).toEqual(["emit"]);
    const hash = admitted(good).manifest.wasmSha256;
    expect(admitted(good, { lastCounter: 9, knownGood: hash }).manifest.counter).toBe(1);
    const later = { ...TEST_TRUST, publishers: [openPart(stranger), openPart(TEST_KEY)] };
    expect(admit(good, later, TEST_LIMITS).manifest.name).toBe("hand-made");
  });

  it("refuses exports without their feature bit, and a state without a version", () => {
    const state = {
      state_save: { type: ":i32", code: [0x41, 0] },
      state_load: { type: "i32 i32:i32", code: [0x41, 0] },
    };
    expect(ruleOf(() => admitted(signed(handMade({ functions: state }))))).toBe("ABI_VERSION");
    const abi = { abi: { type: ":i32", code: [0x41, 0x81, 0x80, 0x04] } };
    const artifact = signed(handMade({ functions: { ...state, ...abi } }));
    expect(ruleOf(() => admitted(artifact))).toBe("ABI_VERSION");
  });

  it("refuses an endless loop that fills its own fuel up, metered to the letter as it is", () => {
    const refill = [0x41, 0xe8, 0x07, 0x1a, 0x01];
    const loop = instrument(
      handMade(processOf(0x03, 0x40, ...refill, 0x0c, 0, 0x0b, 0x41, 0)),
      OPTIONS,
    );
    const at = Buffer.from(loop).indexOf(Buffer.from(refill));
    // drop, nop → local.set of the local that holds the fuel: as many units.
    const artifact = changed(loop, (bytes) => bytes.set([0x21, 2], at + 3));
    expect(WebAssembly.validate(artifact.wasm)).toBe(true);
    expect(ruleOf(() => admitted(artifact))).toBe("FUEL_MISMATCH");
  });

  it("refuses 10,000 random mutations of a signed module, manifest or signature, each by a rule", () => {
    const draw = generator(4);
    const broken = new Map<string, number>();
    for (let index = 0; index < 10_000; index++) {
      // Mostly the module: signature and manifest are short.
      const part = (["wasm", "wasm", "wasm", "manifest", "signature"] as const)[draw(5)] ?? "wasm";
      const rule = ruleOf(() => admitted({ ...good, [part]: mutate(good[part], draw) }));
      broken.set(rule, (broken.get(rule) ?? 0) + 1);
    }
    expect(broken.get("none")).toBeUndefined();
    expect([...broken.keys()].sort()).toEqual([
      ...["MANIFEST_MALFORMED", "MANIFEST_SIGNATURE", "MODULE_HASH", "SIGNER_UNKNOWN"],
    ]);
  });

  it("refuses mutations that a trusted key has signed, or takes a module that V8 takes too", () => {
    const draw = generator(5);
    let taken = 0;
    for (let index = 0; index < 400; index++) {
      const bytes = mutate(metered, draw);
      if (bytes.length < 8) continue;
      const artifact = signed(bytes, { isRaw: true });
      if (ruleOf(() => admitted(artifact)) !== "none") continue;
      taken++;
      expect(WebAssembly.validate(artifact.wasm)).toBe(true);
    }
    expect(taken).toBeLessThan(100);
  });
});
