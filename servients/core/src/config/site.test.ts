import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { ConfigError } from "../errors";
import { loadSite } from "./site";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "fogwot-site-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const MINIMAL = `
site: plant
nodes:
  - name: node-1
    networks:
      - name: wifi
        wsn: wifi
        driver: wifi
        devices:
          - { id: wifi-1, type: climate-dht11, address: "127.0.0.1:5005" }
`;

function write(text: string): string {
  const file = path.join(folder, "site.yaml");
  writeFileSync(file, text);
  return file;
}

function mismatchesOf(text: string): readonly unknown[] {
  try {
    loadSite(write(text));
  } catch (error) {
    if (error instanceof ConfigError) return error.mismatches;
    throw error;
  }
  return [];
}

describe("loadSite", () => {
  it("fills in every default of a minimal site", () => {
    const site = loadSite(write(MINIMAL));
    expect(site).toMatchObject({
      portBase: 18_080,
      server: { host: "127.0.0.1", insecure: false },
      broker: { embedded: true, port: 18_083 },
      mashup: { policy: "P1", m: 1, timeoutMs: 500, intervalMs: 1_000, binding: "http" },
    });
    expect(site.nodes[0]?.bindings.coap).toEqual({ implementation: "own", port: 0 });
  });

  it("reads a binding's short form", () => {
    const text = MINIMAL.replace("    networks:", "    bindings: { coap: stock }\n    networks:");
    expect(loadSite(write(text)).nodes[0]?.bindings.coap).toEqual({ implementation: "stock" });
  });

  it("reads processors, their files beside the site file, and holds names to what there is", () => {
    const processors = `
    processors:
      - name: guard
        artifact: guard.wasm
        from:
          - { device: wifi-1, data: reading, port: samples, fields: { value: temperature } }
        to: [{ port: alarms, event: true }]
`;
    const site = loadSite(
      write(`${MINIMAL.trimEnd()}${processors}processors: { trust: trust.json }\n`),
    );
    expect(site.processors).toEqual({
      trust: path.join(folder, "trust.json"),
      probation: { frames: 100, durationMs: 10_000 },
      checkpointMs: 10_000,
    });
    const [guard] = site.nodes[0]?.processors ?? [];
    expect(guard).toMatchObject({ artifact: path.join(folder, "guard.wasm"), watch: false });
    expect(mismatchesOf(MINIMAL.trimEnd() + processors.replace("wifi-1", "wifi-9"))).toEqual([
      { path: "/processors", got: undefined, wanted: expect.stringContaining("trust") },
      { path: "/nodes/0/processors/0/from/0/device", got: "wifi-9", wanted: "one of wifi-1" },
    ]);
    const twice = processors + processors.replace("\n    processors:", "");
    expect(mismatchesOf(`${MINIMAL.trimEnd()}${twice}processors: { trust: t }\n`)).toEqual([
      { path: "/nodes/0/processors/1/name", got: "guard", wanted: "a name of its own" },
    ]);
  });

  it("names path, got and wanted of an unknown member", () => {
    expect(mismatchesOf(`${MINIMAL}colour: red\n`)).toEqual([
      { path: "/colour", got: "red", wanted: 'no member "colour"' },
    ]);
  });

  it("names path, got and wanted of a wrong type", () => {
    expect(mismatchesOf(`${MINIMAL}mashup: { m: many }\n`)).toEqual([
      { path: "/mashup/m", got: "many", wanted: "type integer" },
    ]);
  });

  it("says where YAML is broken", () => {
    expect(mismatchesOf("site: [")).toEqual([
      expect.objectContaining({ path: expect.stringMatching(/^line \d+/) }),
    ]);
  });

  it("refuses a name that two Things share", () => {
    expect(mismatchesOf(MINIMAL.replace("id: wifi-1", "id: wifi"))).toEqual([
      expect.objectContaining({ path: "/nodes/0/networks/0/devices/0/id", got: "wifi" }),
    ]);
  });

  it("refuses a port outside the site's block, and one used twice", () => {
    expect(mismatchesOf(`${MINIMAL}server: { httpPort: 80 }\n`)).toHaveLength(1);
    expect(mismatchesOf(`${MINIMAL}broker: { port: 18080 }\n`)).toEqual([
      expect.objectContaining({ path: "/broker/port", got: 18_080 }),
    ]);
  });

  it("refuses a mash-up over a device that the site does not have", () => {
    expect(mismatchesOf(`${MINIMAL}mashup: { devices: [wifi-9] }\n`)).toEqual([
      expect.objectContaining({ path: "/mashup/devices/0", got: "wifi-9" }),
    ]);
  });

  it("says that a file is missing", () => {
    expect(() => loadSite(path.join(folder, "none.yaml"))).toThrow(/none\.yaml.*ENOENT/);
  });
});

describe("the section security", () => {
  const secured = (section: string, more = ""): string =>
    `${MINIMAL.replace("  - name: node-1", `  - name: node-1\n${more}`)}security: ${section}\n`;

  it("has schemes, rules and limits where it says none, and a folder beside the site file", () => {
    const { security } = loadSite(write(secured("{}")));
    expect(security).toMatchObject({
      folder: path.join(folder, "secrets"),
      tls: true,
      default: "any_sc",
      things: {},
      limits: { requestsPerSecond: 200, burst: 400, failedLoginsPerMinute: 10 },
    });
    expect(security?.access.at(-1)).toEqual({ scopes: ["admin"] });
  });

  it("may be left out", () => {
    expect(loadSite(write(MINIMAL))).not.toHaveProperty("security");
  });

  const wrong: [string, string, string][] = [
    ["an unknown default", "{ default: no_sc }", "/security/default"],
    ["an unknown Thing", "{ things: { wifi-9: nosec_sc } }", "/security/things/wifi-9"],
    ["an unknown scheme of a Thing", "{ things: { wifi-1: no_sc } }", "/security/things/wifi-1"],
    ["an unknown scheme in a combo", combo("oneOf: [a, x]"), "/security/schemes/any/oneOf"],
    ["a combo that contains itself", combo("oneOf: [a, any]"), "/security/schemes/any/oneOf"],
    ["a combo with nosec", combo("oneOf: [a, n]"), "/security/schemes/any/oneOf"],
    ["a combo of both kinds", combo("oneOf: [a, b], allOf: [a, b]"), "/security/schemes/any"],
    [
      "a directory that HTTP cannot carry the scheme of",
      "{ default: psk_sc, things: { server: basic_sc } }",
      "/security/things/directory",
    ],
    ["a rule for an unknown Thing", rule("things: [wifi-9]"), "/security/access/0/things"],
    [
      "a rule for an unknown affordance",
      rule("affordances: [fly]"),
      "/security/access/0/affordances",
    ],
    [
      "a rule for an affordance of another Thing",
      rule("things: [wifi-1], affordances: [getAllData]"),
      "/security/access/0/affordances",
    ],
    [
      "a rule for an unknown operation",
      rule("operations: [fly]"),
      "/security/access/0/operations/0",
    ],
    [
      "a scope of the site's own programs",
      "{ access: [{ scopes: ['fogwot:server'] }] }",
      "/security/access/0/scopes/0",
    ],
    [
      "an API key in the Authorization header",
      "{ schemes: { a: { scheme: apikey, name: authorization } }, default: a }",
      "/security/schemes/a/name",
    ],
  ];
  it.each(wrong)("refuses %s", (_, section, at) => {
    expect(mismatchesOf(secured(section))).toEqual([expect.objectContaining({ path: at })]);
  });

  it("knows affordances by the Thing Models, and Things by id as well as by name", () => {
    const section = `{ access: [{ things: [wifi-1, "urn:fogwot:plant:wifi", directory], affordances: [getData, getAllData, createThing], scopes: [] }] }`;
    expect(mismatchesOf(secured(section))).toEqual([]);
  });

  it("refuses an open Thing, and credentials without TLS, beyond this machine", () => {
    const beyond = "    host: 192.0.2.1\n";
    expect(mismatchesOf(secured("{}", beyond))).toEqual([]);
    expect(mismatchesOf(secured("{ things: { wifi-1: nosec_sc } }", beyond))).toEqual([
      expect.objectContaining({ path: "/nodes/0/host", wanted: expect.stringContaining("wifi-1") }),
    ]);
    expect(mismatchesOf(secured("{ tls: false }", beyond))).toHaveLength(1);
    const insecure = `${beyond}    insecure: true\n`;
    expect(mismatchesOf(secured("{ tls: false, default: nosec_sc }", insecure))).toEqual([]);
  });

  it("refuses node-wot's own servers, which know no rules", () => {
    const stock = "    bindings: { http: stock }\n";
    expect(mismatchesOf(secured("{}", stock))).toEqual([
      expect.objectContaining({ path: "/nodes/0/bindings/http" }),
    ]);
  });
});

function combo(members: string): string {
  const plain = "a: { scheme: basic }, b: { scheme: bearer }, n: { scheme: nosec }";
  return `{ schemes: { ${plain}, any: { scheme: combo, ${members} } }, default: a }`;
}

function rule(fits: string): string {
  return `{ access: [{ ${fits}, scopes: [read] }] }`;
}
