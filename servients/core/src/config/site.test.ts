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
