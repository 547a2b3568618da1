import { describe, expect, it } from "@jest/globals";
import { checkAuthorManifest, ManifestError } from "../manifest";
import { canonicalJson } from "../manifest/canonical";
import { parseModule } from "../module";
import { sha256Hex } from "../sha256";
import {
  checkPublisherKey,
  checkTrust,
  KeyError,
  keyIdOf,
  makePublisherKey,
  NO_TRUST,
  openPart,
  readSignatures,
  SIGNATURE_SECTION,
  verifyBytes,
  verifyModule,
  withPublisher,
} from "../sign";
import { handMade, TEST_KEY } from "../testing";
import { publish } from "./artifact";
import { instrument } from "./instrument";

const manifest = checkAuthorManifest(
  { name: "one", version: "1.0.0", ports: { in: [], out: [] }, fuelPerCall: 100 },
  "test",
);
const wasm = instrument(handMade(), { profile: "portable", memoryMaxPages: 1 });
const first = publish({ manifest, wasm, key: TEST_KEY });

describe("publish", () => {
  it("puts the signature first, over everything else, and signs the manifest of these bytes", () => {
    const module = parseModule(first.wasm);
    expect(module.sections[0]?.name).toBe(SIGNATURE_SECTION);
    expect(readSignatures(module).map(({ keyId }) => keyId)).toEqual([TEST_KEY.kid]);
    expect(verifyModule(module, [openPart(TEST_KEY)])).toBe(TEST_KEY.kid);
    expect(verifyBytes(first.manifest, first.signature, openPart(TEST_KEY))).toBe(true);
    expect(first.said).toMatchObject({
      wasmSha256: sha256Hex(first.wasm),
      size: first.wasm.length,
      counter: 1,
      previous: null,
      abi: 1,
    });
    expect(WebAssembly.validate(first.wasm)).toBe(true);
  });

  it("gives the same bytes for the same input, and keeps the counter of what says the same", () => {
    expect(publish({ manifest, wasm, key: TEST_KEY })).toEqual(first);
    expect(publish({ manifest, wasm, key: TEST_KEY, previous: first.said })).toEqual(first);
  });

  it("counts up and names the publication before, whatever has changed", () => {
    const more = { ...manifest, fuelPerCall: 200 };
    const second = publish({ manifest: more, wasm, key: TEST_KEY, previous: first.said });
    expect(second.said).toMatchObject({ counter: 2, previous: first.said.wasmSha256 });
    const expires = "2030-01-01T00:00:00Z";
    const options = { manifest: more, wasm, key: TEST_KEY, previous: second.said, expires };
    expect(publish(options).said).toMatchObject({ counter: 3, expires });
  });
});

describe("canonicalJson", () => {
  it("writes numbers, strings and members as RFC 8785 has them", () => {
    const value = {
      numbers: [333333333.3333333, 1e30, 4.5, 2e-3, 0.000000000000000000000000001, -0],
      string: '€$\u000f\nA\'B"\\\\"/',
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27,0],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
    const keys = { "€": 1, "\r": 2, "\ufb33": 3, "1": 4, "😀": 5, "\u0080": 6, ö: 7 };
    expect(Object.values(JSON.parse(canonicalJson(keys)) as object).length).toBe(7);
    expect([...canonicalJson(keys).matchAll(/:(\d)/g)].map(([, n]) => n).join("")).toBe("2467153");
  });

  it("refuses what JSON cannot hold", () => {
    for (const value of [Number.NaN, [undefined], "\ud800", { a: () => 1 }]) {
      expect(() => canonicalJson(value)).toThrow(ManifestError);
    }
  });
});

describe("keys and trust", () => {
  it("have ids that are their own", () => {
    const key = makePublisherKey("alice");
    expect(keyIdOf(Buffer.from(key.x, "base64url"))).toBe(key.kid);
    expect(openPart(key)).not.toHaveProperty("d");
    expect(() => checkPublisherKey({ ...key, kid: TEST_KEY.kid }, "test")).toThrow(KeyError);
  });

  it("take a revoked publisher back when it is trusted anew", () => {
    const revoked = { ...NO_TRUST, revoked: { keys: [TEST_KEY.kid], modules: [] } };
    const trust = withPublisher(revoked, openPart(TEST_KEY));
    expect(trust).toEqual({ ...NO_TRUST, publishers: [openPart(TEST_KEY)] });
    expect(checkTrust(JSON.parse(JSON.stringify(trust)), "test")).toEqual(trust);
    expect(() => checkTrust({ ...trust, admins: [] }, "test")).toThrow(ManifestError);
  });
});
