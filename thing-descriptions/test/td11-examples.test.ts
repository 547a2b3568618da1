import { describe, expect, test } from "@jest/globals";
import { composeSingleThing, composeThings, explain, ThingModelError } from "../src";
import type { JsonObject } from "../src/json/json";
import { type InstantiateModelOptions, instantiateModel } from "../src/models/instantiate";
import { TD11_MODELS } from "./td11-examples";

const load = (href: string, from: string) => {
  const model = TD11_MODELS[href];
  if (!model) throw new ThingModelError(from, "", `no model ${href}`);
  return { source: href, model };
};

const modelOf = (name: string): JsonObject => load(`./${name}.tm.jsonld`, "test").model;
const optionsOf = (name: string) => ({ source: `./${name}.tm.jsonld`, load });

function derive(name: string, options: Partial<InstantiateModelOptions> = {}): JsonObject {
  return instantiateModel(modelOf(name), { ...optionsOf(name), ...options });
}

/** All that the examples are about: forms and security are the deployment's. */
const NOSEC = { securityDefinitions: { nosec_sc: { scheme: "nosec" } }, security: ["nosec_sc"] };
const THING = { "@context": ["https://www.w3.org/2022/wot/td/v1.1"], "@type": "Thing", ...NOSEC };
const link = (rel: string, href: string, type = "application/td+json") => ({ rel, href, type });
const typeLink = (href: string) => link("type", href, "application/tm+json");

test.each(Object.keys(TD11_MODELS))("%s is a Thing Model with nothing to remark", (file) => {
  expect(explain(TD11_MODELS[file])).toEqual([]);
});

describe("the examples of TD 1.1, section 9", () => {
  test("extension: all of the extended model, with the title of the extending one", () => {
    expect(derive("SmartLampControl")).toEqual({
      ...THING,
      "@type": ["Thing"],
      title: "Smart Lamp Control with Dimming",
      properties: {
        onOff: { type: "boolean" },
        dim: { title: "Dimming level", type: "integer", minimum: 0, maximum: 100 },
      },
    });
  });

  test("import of one definition, under another name", () => {
    expect(derive("Import")).toMatchObject({ properties: { switch: { type: "boolean" } } });
  });

  test("relative import: two properties from a third that is optional and left out", () => {
    expect(derive("MultiSensor").properties).toEqual({
      innerTemperature: { type: "number", unit: "C", title: "The inner temperature", minimum: 10 },
      outerTemperature: { type: "number", unit: "K" },
    });
  });

  test("import and overwrite: a null removes", () => {
    expect(derive("Overwrite").properties).toEqual({
      dimming: { type: "integer", minimum: 0, maximum: 80, unit: "%" },
    });
  });

  test("an optional event is left out, and mandatory where the extending model declares it", () => {
    expect(derive("Lamp")).not.toHaveProperty("events.overheating");
    expect(derive("LampAllMandatory").events).toEqual({
      overheating: { data: { type: "string" } },
    });
  });

  test("placeholders take the type of what replaces them, the version too", () => {
    const placeholders = {
      THERMOSTATE_NUMBER: 4,
      MQTT_BROKER_ADDRESS: "192.168.178.72:1883",
      THERMOSTATE_TEMPERATURE_MAXIMUM: 47.7,
      THERMOSTATE_TEMPERATURE_OBSERVABLE: true,
      VERSION_INFO: { instance: "1.0.1", model: "2.0.0" },
    };
    expect(derive("Thermostat", { placeholders })).toEqual({
      ...THING,
      title: "Thermostate No. 4",
      version: { instance: "1.0.1", model: "2.0.0" },
      base: "mqtt://192.168.178.72:1883",
      properties: {
        temperature: { type: "number", minimum: -20, maximum: 47.7, observable: true },
      },
    });
  });

  test("versions: the instance's beside the model's, and never that of an extended model", () => {
    expect(derive("Lamp", { version: "3.0.0" }).version).toEqual({
      model: "1.0.0",
      instance: "3.0.0",
    });
    // A Thing Description cannot name a model's version without its own.
    expect(derive("Lamp")).not.toHaveProperty("version");
    expect(derive("LampAllMandatory", { version: "3.0.0" }).version).toEqual({ instance: "3.0.0" });
  });

  test("composition: one Thing Description a model, linked as collection and items", () => {
    const things = composeThings(modelOf("SmartVentilator"), {
      ...optionsOf("SmartVentilator"),
      modelHref: "./SmartVentilator.tm.jsonld",
      version: "1.2.0",
    });
    const version = { model: "1.0.0", instance: "1.2.0" };
    expect(things).toEqual([
      {
        name: "SmartVentilator",
        parent: undefined,
        td: {
          ...THING,
          title: "Smart Ventilator",
          version,
          links: [
            link("item", "./ventilation.td.jsonld"),
            link("item", "./led.td.jsonld"),
            typeLink("./SmartVentilator.tm.jsonld"),
          ],
          properties: {
            status: { type: "string", enum: ["on_value", "off_value", "error_value"] },
          },
        },
      },
      {
        name: "ventilation",
        parent: "SmartVentilator",
        td: {
          ...THING,
          title: "Ventilator",
          version,
          links: [
            link("collection", "./SmartVentilator.td.jsonld"),
            typeLink("./Ventilation.tm.jsonld"),
          ],
          properties: {
            switch: { type: "boolean" },
            adjustRpm: { type: "number", minimum: 200, maximum: 1200 },
          },
        },
      },
      {
        name: "led",
        parent: "SmartVentilator",
        td: expect.objectContaining({
          title: "LED",
          links: [link("collection", "./SmartVentilator.td.jsonld"), typeLink("./LED.tm.jsonld")],
          actions: {
            fadeIn: { input: { type: "number" } },
            fadeOut: { input: { type: "number" } },
          },
        }),
      },
    ]);
    for (const { td } of things) expect(explain(td, { partial: true })).toEqual([]);
  });

  test("self-contained composition: one Thing with the affordances of all", () => {
    const td = composeSingleThing(modelOf("SmartVentilator"), {
      ...optionsOf("SmartVentilator"),
      modelHref: "./SmartVentilator.tm.jsonld",
    });
    expect(td).toEqual({
      ...THING,
      title: "Smart Ventilator",
      links: [typeLink("./SmartVentilator.tm.jsonld")],
      properties: {
        status: { type: "string", enum: ["on_value", "off_value", "error_value"] },
        switch: { type: "boolean" },
        adjustRpm: { type: "number", minimum: 200, maximum: 1200 },
        R: { type: "number" },
        G: { type: "number" },
        B: { type: "number" },
      },
      actions: { fadeIn: { input: { type: "number" } }, fadeOut: { input: { type: "number" } } },
    });
    expect(explain(td, { partial: true })).toEqual([]);
  });
});

test("a model of a draft, whose tm:required is unknown to TD 1.1, leaves nothing of it in the Thing", () => {
  const draft = {
    "@context": "https://www.w3.org/2022/wot/td/v1.1",
    "@type": "tm:ThingModel",
    title: "Draft",
    properties: { on: { type: "boolean" } },
    "tm:required": ["/properties/on"],
  };
  const thing = instantiateModel(draft, { source: "./draft.tm.jsonld", load });
  expect(thing).not.toHaveProperty("tm:required");
  expect(thing.properties).toEqual(draft.properties);
});
