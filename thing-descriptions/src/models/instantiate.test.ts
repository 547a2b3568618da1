import { describe, expect, test } from "@jest/globals";
import Ajv from "ajv";
import addFormats from "ajv-formats";
import tdSchema from "wot-thing-description-types/schema/td-json-schema-validation.json";
import { MissingPlaceholderError, ThingModelError, UnknownThingModelError } from "../errors";
import { type InstanceValues, instantiate } from "./instantiate";

const wifi1: InstanceValues = {
  site: "factory",
  node: "fog-wifi",
  id: "wifi-1",
  title: "Climate sensor 1 (NodeMCU)",
  wsn: "wifi",
};

const ajv = new Ajv({ strict: false, allErrors: true });
addFormats(ajv);
const validateTd = ajv.compile(tdSchema);

describe("instantiate", () => {
  test.each([
    "climate-dht11",
    "climate-ess",
    "climate-thermistor",
    "device",
    "network",
    "node",
    "wotpy-benchmark",
  ])("%s becomes a Thing Description that W3C's schema accepts but for its forms", (type) => {
    const td = instantiate(type, wifi1);
    validateTd(td);
    const other = (validateTd.errors ?? []).filter((error) => {
      return error.params.missingProperty !== "forms";
    });
    expect(other).toEqual([]);
    expect(JSON.stringify(td)).not.toMatch(/\{\{|"tm:/);
  });

  test("a climate sensor has what every device has and its own quantities", () => {
    const td = instantiate("climate-dht11", { ...wifi1, description: "By the door" });
    expect(td.id).toBe("urn:fogwot:factory:wifi-1");
    expect(td.description).toBe("By the door");
    expect(td.version).toEqual({ model: "1.0.0", instance: "1.0.0" });
    expect(td["@type"]).toEqual(["Thing", "fog:Device", "sosa:Sensor", "saref:Sensor"]);
    expect(td["fog:wsn"]).toBe("wifi");
    expect(td.links).toEqual([
      { rel: "type", href: "urn:fogwot:model:climate-dht11", type: "application/tm+json" },
    ]);
    expect(Object.keys(td.properties ?? {})).toEqual([
      ...["id", "wsn", "status", "lastSeen", "lastReading", "samplingInterval"],
      ...["threshold", "rtt", "pdr", "temperature", "humidity"],
    ]);
    expect(td.properties?.temperature).toMatchObject({ minimum: 0, maximum: 50, readOnly: true });
    expect(td.properties?.samplingInterval).toMatchObject({ type: "integer", minimum: 1000 });
    expect(Object.keys(td.actions ?? {})).toEqual(["getData", "ping", "reset"]);
    expect(Object.keys(td.events ?? {})).toEqual(["reading", "thresholdExceeded", "statusChanged"]);
  });

  test("the benchmark Thing has the affordances of the published one, by their names", () => {
    const td = instantiate("wotpy-benchmark", {
      site: "factory",
      node: "fog-wifi",
      id: "benchmark",
      title: "Benchmark",
    });
    const names = (schema: unknown): string[] =>
      Object.keys((schema as { properties: object }).properties);
    const { measureRoundTrip, startEventBurst } = td.actions ?? {};
    expect(td).toMatchObject({
      id: "urn:fogwot:factory:benchmark",
      "@type": ["Thing", "fog:Benchmark"],
    });
    expect(Object.keys(td.properties ?? {})).toEqual(["currentTime"]);
    expect(names(measureRoundTrip?.input)).toEqual(["timeRequest", "mu", "sigma"]);
    expect(names(measureRoundTrip?.output)).toEqual([
      ...["timeRequest", "mu", "sigma", "timeArrival", "timeReturn"],
    ]);
    expect(names(startEventBurst?.input)).toEqual(["id", "lambd", "total"]);
    expect(startEventBurst?.output).toBeUndefined();
    expect(names(td.events?.burstEvent?.data)).toEqual([
      ...["id", "index", "timeStart", "timeEmission", "burstEnd"],
    ]);
  });

  test("an optional affordance is kept when asked for, and only then", () => {
    const td = instantiate("climate-dht11", { ...wifi1, optional: ["/properties/battery"] });
    expect(td.properties?.battery).toMatchObject({ unit: "qudt-unit:PERCENT" });
    expect(() => instantiate("climate-dht11", { ...wifi1, optional: ["/events/fire"] })).toThrow(
      ThingModelError,
    );
  });

  test("a placeholder without a value is an error that names it", () => {
    const { wsn, ...rest } = wifi1;
    expect(() => instantiate("climate-dht11", rest)).toThrow(MissingPlaceholderError);
    expect(() => instantiate("climate-dht11", rest)).toThrow("no value for {{WSN}}");
  });

  test("an unknown type is an error that lists the known ones", () => {
    expect(() => instantiate("toaster", wifi1)).toThrow(UnknownThingModelError);
    expect(() => instantiate("../package", wifi1)).toThrow(
      /climate-dht11, .*climate-thermistor, device, .*network, node/,
    );
  });
});
