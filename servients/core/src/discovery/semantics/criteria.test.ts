import { semanticIndex } from "@fogwot/thing-descriptions";
import { describe, expect, it } from "@jest/globals";
import { InputError } from "../../errors";
import { compileCriteria } from "./criteria";
import { distanceM } from "./distance";

const td = {
  "@context": [
    "https://www.w3.org/2022/wot/td/v1.1",
    {
      s: "https://saref.etsi.org/core/",
      q: "http://qudt.org/vocab/unit/",
      geo: "http://www.w3.org/2003/01/geo/wgs84_pos#",
      schema: "https://schema.org/",
      fog: "https://fogwot.dev/ns#",
    },
  ],
  "@type": ["Thing", "s:Sensor"],
  id: "urn:a",
  "fog:site": "factory",
  "fog:node": "fog-wifi",
  "schema:location": [
    "Line 2",
    {
      "@id": "https://plant.example/hall-3",
      "schema:name": "Hall 3",
      "geo:lat": "52.5",
      "geo:long": 13.4,
      "schema:containedInPlace": { "schema:name": "Plant" },
    },
  ],
  properties: {
    t: { "@type": "s:Temperature", type: "number", unit: "q:DEG_C" },
    inner: { type: "object", properties: { p: { type: "number", unit: "bar" } } },
  },
  actions: { heat: { "@type": ["s:OnCommand"], input: { oneOf: [{ unit: "q:K" }] } } },
  events: { hot: { data: { type: "array", items: { unit: "q:DEG_C" } } } },
};

describe("criteria", () => {
  it.each([
    [{}, true],
    [{ type: ["saref:Sensor"] }, true],
    [{ type: ["Thing", "saref:OnCommand"] }, true],
    [{ type: ["saref:Sensor", "saref:Actuator"] }, false],
    [{ unit: ["qudt-unit:DEG_C", "bar"] }, true],
    [{ unit: ["DEG_C"] }, false],
    [{ location: ["factory"] }, true],
    [{ location: ["fog-wifi", "Plant"] }, true],
    [{ location: ["plant"] }, false],
    [{ near: ["52.5,13.4,1"] }, true],
    [{ near: [" 52.5 , 13.5 , 6900 "] }, true],
    [{ near: ["52.5,13.5,6700"] }, false],
  ])("%j hold: %s", async (criteria, holds) => {
    expect(compileCriteria(criteria)(await semanticIndex(td))).toBe(holds);
  });

  it.each([
    { type: ["nobody:Sensor"] },
    { unit: [":x"] },
    { near: ["1,2"] },
    { near: ["1,,3"] },
    { near: ["1,2,-3"] },
    { near: ["1,181,3"] },
  ])("%j are refused", (criteria) => {
    expect(() => compileCriteria(criteria)).toThrow(InputError);
  });
});

it("a distance is that of the great circle, over the date line and the poles too", () => {
  const point = (latitude: number, longitude: number) => ({ latitude, longitude });
  expect(distanceM(point(52.52, 13.405), point(48.8566, 2.3522)) / 1000).toBeCloseTo(877.5, 0);
  expect(distanceM(point(0, 179.5), point(0, -179.5)) / 1000).toBeCloseTo(111.2, 1);
  expect(distanceM(point(90, 0), point(90, 123))).toBeCloseTo(0, 5);
  expect(distanceM(point(0, 0), point(0, 180)) / 1000).toBeCloseTo(20015.1, 0);
});
