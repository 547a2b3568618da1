import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { ThingModelError } from "../errors";
import { listThingModels, thingModelFile } from "../models/catalogue";
import { explainModelFile } from "./model-file";

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "fogwot-models-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

function write(models: Record<string, object>): string {
  for (const [name, model] of Object.entries(models)) {
    fs.writeFileSync(path.join(folder, `${name}.tm.jsonld`), JSON.stringify(model));
  }
  return path.join(folder, "root.tm.jsonld");
}
const link = (rel: string, href: string) => ({ links: [{ rel: `tm:${rel}`, href }] });

describe("explainModelFile", () => {
  test.each(listThingModels())("finds nothing wrong with our model %s", (type) => {
    expect(explainModelFile(thingModelFile(type))).toEqual([]);
  });

  test("names a file that is not there, as a warning at the link", () => {
    expect(explainModelFile(write({ root: link("submodel", "./led.tm.jsonld") }))).toMatchObject([
      { level: "warning", path: "/links/0/href", got: '"./led.tm.jsonld": no such file' },
    ]);
  });

  test("tells a circle of extensions, of parts, and a reference into nowhere", () => {
    const extending = { root: link("extends", "./root.tm.jsonld") };
    expect(explainModelFile(write(extending))).toMatchObject(
      [{ got: /extends itself/ }].map(match),
    );
    const containing = {
      root: link("submodel", "./a.tm.jsonld"),
      a: link("submodel", "./root.tm.jsonld"),
    };
    expect(explainModelFile(write(containing))).toMatchObject([
      match({ got: /root\.tm\.jsonld → a\.tm\.jsonld → root\.tm\.jsonld/ }),
    ]);
    const dangling = { root: { properties: { x: { "tm:ref": "./a.tm.jsonld#/properties/y" } } } };
    expect(explainModelFile(write({ ...dangling, a: {} }))).toMatchObject([
      { level: "error", path: "/properties/x/tm:ref" },
    ]);
  });

  const dim = { type: "integer", minimum: 0, maximum: 100 };
  const base = { properties: { dim, mode: { type: "string", enum: ["a", "b"] } } };

  test.each([
    ["/properties/dim/maximum", { dim: { maximum: 120 } }],
    ["/properties/dim/minimum", { dim: { minimum: -1 } }],
    ["/properties/dim/type", { dim: { type: "number" } }],
    ["/properties/mode/enum", { mode: { enum: ["a", "c"] } }],
    [
      "/properties/other/maximum",
      { other: { "tm:ref": "./a.tm.jsonld#/properties/dim", maximum: null } },
    ],
  ])("warns at %s of values that the overwritten model does not know", (place, properties) => {
    const root = { ...link("extends", "./a.tm.jsonld"), properties };
    expect(explainModelFile(write({ root, a: base }))).toMatchObject([
      { level: "warning", path: place, rule: "tm-overwrite-semantics" },
    ]);
  });

  test("has nothing against a narrower model, of limits, types and choices", () => {
    const properties = {
      dim: { minimum: 5, maximum: "{{MOST}}" },
      mode: { enum: ["b"], title: "Mode" },
      other: { "tm:ref": "./a.tm.jsonld#/properties/dim", maximum: 80, title: null },
      new: { type: "number" },
    };
    const root = { ...link("extends", "./a.tm.jsonld"), properties };
    expect(explainModelFile(write({ root, a: base }))).toEqual([]);
  });

  test("takes models at other addresses as sound: nothing is fetched", () => {
    const root = {
      ...link("extends", "https://example.com/base.tm.jsonld"),
      properties: { x: { "tm:ref": "http://example.com/a.tm.jsonld#/properties/y" } },
    };
    expect(explainModelFile(write({ root }))).toEqual([]);
  });

  test("refuses a file that is no JSON object", () => {
    fs.writeFileSync(path.join(folder, "root.tm.jsonld"), "[]");
    expect(() => explainModelFile(path.join(folder, "root.tm.jsonld"))).toThrow(ThingModelError);
  });
});

function match({ got }: { got: RegExp }) {
  return { level: "error", got: expect.stringMatching(got) };
}
