import { describe, expect, it } from "@jest/globals";
import { checkAuthorManifest } from "./check";
import type { RecordField } from "./manifest";
import { ManifestError } from "./manifest-error";
import { decodeRecord, decodeRecords, encodeRecord, recordBytes } from "./records";

const FIELDS: readonly RecordField[] = [
  { name: "flag", type: "u8" },
  { name: "count", type: "i32", default: -2 },
  { name: "axes", type: "f32", count: 2 },
  { name: "value", type: "f64", minimum: 0, maximum: 10 },
];
const VALUE = { flag: 200, count: -2, axes: [1.5, -2], value: 3.25 };
const HEX = `c8feffffff0000c03f000000c0${"0000000000000a40"}`;

const least = { name: "one", version: "1.0.0", ports: { in: [], out: [] }, fuelPerCall: 1 };
const offences = (value: object): readonly string[] => {
  try {
    checkAuthorManifest(value, "manifest.json");
    return [];
  } catch (error) {
    if (error instanceof ManifestError) return error.mismatches.map(({ path }) => path);
    throw error;
  }
};

describe("records", () => {
  it("are their fields one after the other, little-endian, both ways", () => {
    expect(recordBytes(FIELDS)).toBe(21);
    const bytes = encodeRecord(FIELDS, { flag: 200, axes: [1.5, -2], value: 3.25 });
    expect(Buffer.from(bytes).toString("hex")).toBe(HEX);
    expect(decodeRecord(FIELDS, bytes)).toEqual(VALUE);
    expect(decodeRecords(FIELDS, Buffer.from(HEX + HEX, "hex"))).toEqual([VALUE, VALUE]);
  });

  it.each([
    ["a value that is missing", { flag: 1, axes: [0, 0] }],
    ["a field that is not there", { ...VALUE, colour: 1 }],
    ["a number that its type cannot hold", { ...VALUE, flag: 256 }],
    ["a broken number in a whole field", { ...VALUE, count: 0.5 }],
    ["a value beyond its maximum", { ...VALUE, value: 10.5 }],
    ["an array of another length", { ...VALUE, axes: [1] }],
    ["NaN", { ...VALUE, value: Number.NaN }],
  ])("refuse %s", (_, value) => {
    expect(() => encodeRecord(FIELDS, value)).toThrow(ManifestError);
  });

  it("refuse bytes that end too early", () => {
    expect(() => decodeRecord(FIELDS, Buffer.alloc(20))).toThrow(ManifestError);
    expect(() => decodeRecords(FIELDS, Buffer.alloc(43))).toThrow(ManifestError);
  });
});

describe("an author's manifest", () => {
  it("gets every default from the schema", () => {
    expect(checkAuthorManifest(least, "manifest.json")).toEqual({
      ...least,
      profile: "portable",
      memoryMaxPages: 1,
      buffers: { in: 1_024, out: 1_024 },
      records: {},
      config: null,
      capabilities: [],
      gpio: [],
      assets: [],
      stateVersion: 0,
      acceptsState: [],
      source: "assembly/index.ts",
      runtime: "stub",
    });
  });

  it("is refused with the place of every offence", () => {
    const wrong = { ...least, name: "One", version: "1", colour: 1, capabilities: ["network"] };
    expect([...offences(wrong)].sort()).toEqual([
      ...["/capabilities/0", "/colour", "/name", "/version"],
    ]);
    expect(offences({ ...least, source: "../other/index.ts" })).toEqual(["/source"]);
  });

  it("is refused for what no schema can say", () => {
    expect(offences({ ...least, config: "none/1" })).toEqual(["/config"]);
    expect(offences({ ...least, gpio: ["pump"] })).toEqual(["/gpio"]);
    expect(offences({ ...least, acceptsState: [1] })).toEqual(["/acceptsState"]);
    const wide = { "wide/1": [{ name: "all", type: "f64", count: 200 }] };
    const ports = { in: [{ name: "all", schema: "wide/1" }], out: [] };
    expect(offences({ ...least, records: wide, ports })).toEqual(["/ports/in/0"]);
  });
});
