import { describe, expect, test } from "@jest/globals";
import { iriOf } from "./iris";
import { semanticIndex } from "./semantic-index";

const TD = "https://www.w3.org/2022/wot/td/v1.1";
const boiler = {
  "@context": [
    TD,
    {
      saref: "https://saref.etsi.org/core/",
      om: "http://www.ontology-of-units-of-measure.org/resource/om-2/",
      schema: "http://schema.org/",
      geo: "http://www.w3.org/2003/01/geo/wgs84_pos#",
      sosa: "http://www.w3.org/ns/sosa/",
      bot: "https://w3id.org/bot#",
      geosparql: "http://www.opengis.net/ont/geosparql#",
      fog: "https://fogwot.dev/ns#",
    },
  ],
  id: "urn:test:boiler",
  "@type": ["Thing", "saref:HVAC"],
  title: "Boiler",
};

describe("semanticIndex", () => {
  test("classes and units are IRIs, whatever the prefix they are written with", async () => {
    const forms = [{ href: "x" }];
    const index = await semanticIndex({
      ...boiler,
      properties: {
        outlet: {
          "@type": "saref:Temperature",
          type: "object",
          properties: { now: { type: "number", unit: "om:degreeCelsius" } },
          forms,
        },
        pressure: { type: "number", unit: "bar", forms },
      },
      actions: {
        heat: {
          "@type": ["saref:OnCommand"],
          input: { oneOf: [{ type: "number", unit: "om:kelvin" }, { type: "null" }] },
          forms,
        },
      },
      events: { overheated: { data: { type: "array", items: { unit: "om:hour" } }, forms } },
    });
    const om = "http://www.ontology-of-units-of-measure.org/resource/om-2/";
    expect(index).toMatchObject({
      id: "urn:test:boiler",
      types: ["https://saref.etsi.org/core/HVAC", "https://www.w3.org/2019/wot/td#Thing"],
      affordanceTypes: [
        "https://saref.etsi.org/core/OnCommand",
        "https://saref.etsi.org/core/Temperature",
      ],
      units: ["bar", `${om}degreeCelsius`, `${om}hour`, `${om}kelvin`],
      unknownContexts: [],
    });
    expect(index.affordances).toEqual([
      {
        kind: "property",
        name: "outlet",
        types: ["https://saref.etsi.org/core/Temperature"],
        units: [`${om}degreeCelsius`],
      },
      { kind: "property", name: "pressure", types: [], units: ["bar"] },
      {
        kind: "action",
        name: "heat",
        types: ["https://saref.etsi.org/core/OnCommand"],
        units: [`${om}kelvin`],
      },
      { kind: "event", name: "overheated", types: [], units: [`${om}hour`] },
    ]);
  });

  test.each([
    [
      { "fog:site": "factory", "fog:node": "fog-1" },
      { site: "factory", node: "fog-1", wsn: null },
    ],
    [{ "schema:location": "Hall 3" }, { places: ["Hall 3"] }],
    [{ "schema:location": { name: "Hall 3" } }, { places: ["Hall 3"] }],
    [
      { "sosa:isHostedBy": { "@id": "urn:test:robot", "schema:name": "Robot" } },
      { places: ["Robot", "urn:test:robot"] },
    ],
    [
      { "bot:isElementOf": { id: "urn:hall", "schema:containedInPlace": { id: "urn:plant" } } },
      { places: ["urn:hall", "urn:plant"] },
    ],
    [
      { "geo:lat": 49.5, "geo:long": "8.4" },
      { coordinates: [{ latitude: 49.5, longitude: 8.4, altitudeM: null }] },
    ],
    [
      { "schema:geo": { "schema:latitude": 1, "schema:longitude": 2, "schema:elevation": 3 } },
      { coordinates: [{ latitude: 1, longitude: 2, altitudeM: 3 }] },
    ],
    [
      { "geosparql:hasGeometry": { "geosparql:asWKT": "POINT(8.4 49.5)" } },
      { coordinates: [{ latitude: 49.5, longitude: 8.4, altitudeM: null }] },
    ],
    [{ "geo:lat": 95, "geo:long": 8 }, { coordinates: [] }],
    [{ "geo:lat": "north", "geo:long": 8 }, { coordinates: [] }],
  ])("%j is a location", async (members, location) => {
    expect((await semanticIndex({ ...boiler, ...members })).location).toMatchObject(location);
  });

  test("a context that is not at hand costs its own terms only", async () => {
    const url = "https://example.com/plant.jsonld";
    const index = await semanticIndex({ ...boiler, "@context": [...boiler["@context"], url] });
    expect(index.unknownContexts).toEqual([url]);
    expect(index.types).toContain("https://saref.etsi.org/core/HVAC");
  });

  test("a document that describes nothing has an empty index", async () => {
    expect(await semanticIndex({})).toMatchObject({ id: null, types: [], affordances: [] });
  });

  test("places that contain each other end", async () => {
    let place: object = { id: "urn:innermost" };
    for (let i = 0; i < 30; i += 1) place = { id: `urn:${i}`, "schema:containedInPlace": place };
    const { location } = await semanticIndex({ ...boiler, "schema:location": place });
    expect(location.places.length).toBeLessThan(30);
  });
});

describe("iriOf", () => {
  test.each([
    ["saref:Sensor", "https://saref.etsi.org/core/Sensor"],
    ["qudt-unit:DEG_C", "http://qudt.org/vocab/unit/DEG_C"],
    ["fog:Device", "https://fogwot.dev/ns#Device"],
    ["td:Thing", "https://www.w3.org/2019/wot/td#Thing"],
    ["https://example.com/x", "https://example.com/x"],
    ["urn:test:lamp", "urn:test:lamp"],
    ["Sensor", undefined],
    ["nowhere:Sensor", undefined],
    [":Sensor", undefined],
    ["", undefined],
  ])("%j names %j", (term, iri) => {
    expect(iriOf(term)).toBe(iri);
  });
});
