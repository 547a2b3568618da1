import type { JsonObject } from "../src/json/json";

const CONTEXT = ["https://www.w3.org/2022/wot/td/v1.1"];
const TM = { "@context": CONTEXT, "@type": "tm:ThingModel" };

const submodel = (file: string, instanceName?: string): JsonObject => ({
  rel: "tm:submodel",
  href: `./${file}.tm.jsonld`,
  type: "application/tm+json",
  ...(instanceName === undefined ? {} : { instanceName }),
});
const extending = (href: string) => ({
  links: [{ rel: "tm:extends", href, type: "application/tm+json" }],
});

/** Names, types and limits of the Thing Models that TD 1.1 explains its rules with (section 9). */
export const TD11_MODELS: Readonly<Record<string, JsonObject>> = {
  "./BasicOnOff.tm.jsonld": { ...TM, title: "On/Off", properties: { onOff: { type: "boolean" } } },
  "./SmartLampControl.tm.jsonld": {
    ...TM,
    title: "Smart Lamp Control with Dimming",
    ...extending("./BasicOnOff.tm.jsonld"),
    properties: { dim: { title: "Dimming level", type: "integer", minimum: 0, maximum: 100 } },
  },
  "./Import.tm.jsonld": {
    ...TM,
    title: "Smart Lamp Control",
    properties: { switch: { "tm:ref": "./BasicOnOff.tm.jsonld#/properties/onOff" } },
  },
  "./MultiSensor.tm.jsonld": {
    ...TM,
    title: "Multi Sensor",
    properties: {
      genericTemperature: { type: "number", unit: "C" },
      innerTemperature: {
        "tm:ref": "#/properties/genericTemperature",
        title: "The inner temperature",
        minimum: 10,
      },
      outerTemperature: { "tm:ref": "#/properties/genericTemperature", unit: "K" },
    },
    "tm:optional": ["/properties/genericTemperature"],
  },
  "./Overwrite.tm.jsonld": {
    ...TM,
    title: "Smart Lamp Control",
    properties: {
      dimming: {
        "tm:ref": "./SmartLampControl.tm.jsonld#/properties/dim",
        title: null,
        maximum: 80,
        unit: "%",
      },
    },
  },
  "./Lamp.tm.jsonld": {
    ...TM,
    title: "Lamp Thing Model",
    version: { model: "1.0.0" },
    "tm:optional": ["/events/overheating"],
    properties: { status: { type: "string", readOnly: true } },
    actions: { toggle: {} },
    events: { overheating: { data: { type: "string" } } },
  },
  "./LampAllMandatory.tm.jsonld": {
    ...TM,
    title: "Lamp Thing Model (All Mandatory)",
    ...extending("./Lamp.tm.jsonld"),
    events: { overheating: { "tm:ref": "./Lamp.tm.jsonld#/events/overheating" } },
  },
  "./Thermostat.tm.jsonld": {
    ...TM,
    title: "Thermostate No. {{THERMOSTATE_NUMBER}}",
    version: "{{VERSION_INFO}}",
    base: "mqtt://{{MQTT_BROKER_ADDRESS}}",
    properties: {
      temperature: {
        type: "number",
        minimum: -20,
        maximum: "{{THERMOSTATE_TEMPERATURE_MAXIMUM}}",
        observable: "{{THERMOSTATE_TEMPERATURE_OBSERVABLE}}",
      },
    },
  },
  "./SmartVentilator.tm.jsonld": {
    ...TM,
    title: "Smart Ventilator",
    version: { model: "1.0.0" },
    links: [submodel("Ventilation", "ventilation"), submodel("LED", "led")],
    properties: { status: { type: "string", enum: ["on_value", "off_value", "error_value"] } },
  },
  "./Ventilation.tm.jsonld": {
    ...TM,
    title: "Ventilator",
    version: { model: "1.0.0" },
    properties: {
      switch: { type: "boolean" },
      adjustRpm: { type: "number", minimum: 200, maximum: 1200 },
    },
  },
  "./LED.tm.jsonld": {
    ...TM,
    title: "LED",
    version: { model: "1.0.0" },
    properties: { R: { type: "number" }, G: { type: "number" }, B: { type: "number" } },
    actions: {
      fadeIn: { input: { type: "number" } },
      fadeOut: { input: { type: "number" } },
    },
  },
};
