import { describe, expect, test } from "@jest/globals";
import { ThingModelError } from "../errors";
import type { JsonObject } from "../json/json";
import { composeThingModel } from "./compose";
import { instantiateModel } from "./instantiate";

const TD = "https://www.w3.org/2022/wot/td/v1.1";

const MODELS: Readonly<Record<string, JsonObject>> = {
  onOff: {
    "@context": [TD, { saref: "https://saref.etsi.org/core/" }],
    "@type": ["tm:ThingModel", "saref:Switch"],
    title: "Switch",
    "tm:optional": ["/events/overheating", "/properties/hours"],
    properties: { onOff: { type: "boolean" }, hours: { type: "number", minimum: 0 } },
    events: { overheating: { data: { type: "string" } } },
  },
  dimmer: {
    "@context": TD,
    "@type": "tm:ThingModel",
    title: "Dimmer",
    links: [
      { rel: "tm:extends", href: "onOff" },
      { rel: "license", href: "https://example.com/license" },
    ],
    properties: {
      hours: { title: "Hours" },
      dim: { title: "Dimming level", type: "integer", minimum: 0, maximum: 100, default: null },
    },
  },
  lamp: {
    "@context": TD,
    "@type": "tm:ThingModel",
    title: "Lamp",
    properties: {
      generic: { type: "number", unit: "C" },
      inner: { "tm:ref": "#/properties/generic", minimum: 10 },
      dimming: { "tm:ref": "dimmer#/properties/dim", title: null, maximum: 80, unit: "%" },
      state: { "tm:ref": "dimmer#/properties/onOff" },
    },
    actions: { set: { input: { "tm:ref": "#/properties/inner" } } },
  },
};

const load = (href: string, from: string) => {
  const model = MODELS[href];
  if (!model) throw new ThingModelError(from, "", `no model ${href}`);
  return { source: href, model };
};

function compose(model: JsonObject): JsonObject {
  return composeThingModel({ source: "test", model }, load);
}

describe("composeThingModel", () => {
  test("an extending model has all of the extended one, and its own", () => {
    const dimmer = compose(MODELS.dimmer as JsonObject);
    expect(dimmer).toEqual({
      "@context": [TD, { saref: "https://saref.etsi.org/core/" }],
      "@type": ["tm:ThingModel", "saref:Switch"],
      title: "Dimmer",
      "tm:optional": ["/events/overheating"],
      links: [{ rel: "license", href: "https://example.com/license" }],
      properties: {
        onOff: { type: "boolean" },
        hours: { type: "number", minimum: 0, title: "Hours" },
        dim: { title: "Dimming level", type: "integer", minimum: 0, maximum: 100, default: null },
      },
      events: { overheating: { data: { type: "string" } } },
    });
  });

  test("a reference takes over what it points at, patched, also through an extension", () => {
    const { properties, actions } = compose(MODELS.lamp as JsonObject);
    expect(properties).toMatchObject({
      inner: { type: "number", unit: "C", minimum: 10 },
      dimming: { type: "integer", minimum: 0, maximum: 80, unit: "%" },
      state: { type: "boolean" },
    });
    expect((properties as JsonObject).dimming).not.toHaveProperty("title");
    expect(actions).toEqual({ set: { input: { type: "number", unit: "C", minimum: 10 } } });
  });

  test("a reference may lead to what is inherited", () => {
    const model = {
      "@type": "tm:ThingModel",
      links: [{ rel: "tm:extends", href: "onOff" }],
      properties: { second: { "tm:ref": "#/properties/onOff", title: "Second" } },
    };
    expect(compose(model).properties).toMatchObject({
      second: { type: "boolean", title: "Second" },
    });
  });

  test("a reference brings the prefixes that what it takes over depends on, and no others", () => {
    const sensor: JsonObject = {
      "@context": [TD, { saref: "https://saref.etsi.org/core/", unused: "https://example.com/" }],
      "@type": "tm:ThingModel",
      properties: { heat: { "@type": "saref:Temperature", type: "number" } },
    };
    const model = {
      "@context": TD,
      "@type": "tm:ThingModel",
      properties: { heat: { "tm:ref": "sensor#/properties/heat" } },
    };
    const find = () => ({ source: "sensor", model: sensor });
    expect(composeThingModel({ source: "test", model }, find)["@context"]).toEqual([
      TD,
      { saref: "https://saref.etsi.org/core/" },
    ]);
  });

  test("a prefix that means something else in the extended model is an error", () => {
    const model = {
      "@context": [TD, { saref: "https://example.com/" }],
      links: [{ rel: "tm:extends", href: "onOff" }],
    };
    expect(() => compose(model)).toThrow('"saref" is "https://saref.etsi.org/core/" in one');
  });

  test("a definition that doubles at every step is refused, not written out", () => {
    const properties: Record<string, JsonObject> = { p30: { type: "null" } };
    for (let i = 0; i < 30; i += 1) {
      const ref = { "tm:ref": `#/properties/p${i + 1}` };
      properties[`p${i}`] = { properties: { a: ref, b: ref } };
    }
    expect(() => compose({ properties })).toThrow("more than 100000 values");
  });

  test("a model that many others extend is resolved once", () => {
    let loads = 0;
    const find = (href: string) => {
      loads += 1;
      const level = Number(href);
      const links = [level + 1, level + 1].map((next) => ({ rel: "tm:extends", href: `${next}` }));
      return { source: href, model: level < 30 ? { links } : { title: "last" } };
    };
    expect(composeThingModel(find("0"), find)).toEqual({ title: "last" });
    expect(loads).toBeLessThan(100);
  });

  test("the models given are not changed", () => {
    const before = JSON.stringify(MODELS);
    compose(MODELS.lamp as JsonObject);
    expect(JSON.stringify(MODELS)).toBe(before);
  });

  test.each([
    ["extends itself", { links: [{ rel: "tm:extends", href: "test" }] }, /no model test|itself/],
    ["refers to nothing", { properties: { a: { "tm:ref": "#/properties/b" } } }, /nothing stands/],
    ["refers to itself", { properties: { a: { "tm:ref": "#/properties/a" } } }, /refers to itself/],
    ["has a reference without pointer", { properties: { a: { "tm:ref": "x" } } }, /JSON Pointer/],
    ["names an unknown model", { links: [{ rel: "tm:extends", href: "x" }] }, /no model x/],
  ])("a model that %s is an error", (_title, model, message) => {
    const act = () => compose({ "@type": "tm:ThingModel", ...model });
    expect(act).toThrow(ThingModelError);
    expect(act).toThrow(message);
  });

  test("two models that extend each other are an error that tells the circle", () => {
    const circle = (href: string) => ({
      source: href,
      model: { links: [{ rel: "tm:extends", href: href === "a" ? "b" : "a" }] },
    });
    expect(() => composeThingModel(circle("a"), circle)).toThrow("a → b → a");
  });
});

describe("instantiateModel", () => {
  test("a foreign model becomes a Partial TD: no trace of the model but the type link", () => {
    const td = instantiateModel(MODELS.dimmer as JsonObject, {
      source: "dimmer",
      load,
      optional: ["/events/overheating"],
      version: "1.2.0",
      modelHref: "https://example.com/dimmer",
    });
    expect(td).toMatchObject({
      "@type": ["Thing", "saref:Switch"],
      version: { instance: "1.2.0" },
      security: ["nosec_sc"],
      links: [
        { rel: "license", href: "https://example.com/license" },
        { rel: "type", href: "https://example.com/dimmer", type: "application/tm+json" },
      ],
      events: { overheating: {} },
    });
    expect(JSON.stringify(td)).not.toContain("tm:");
  });

  test("security of the model is kept", () => {
    const security = {
      securityDefinitions: { basic_sc: { scheme: "basic" } },
      security: "basic_sc",
    };
    const model = { "@type": "tm:ThingModel", ...security };
    expect(instantiateModel(model, { source: "x", load })).toMatchObject(security);
  });
});
