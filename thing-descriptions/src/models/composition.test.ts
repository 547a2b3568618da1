import { describe, expect, test } from "@jest/globals";
import { MissingPlaceholderError, ThingModelError } from "../errors";
import type { JsonObject } from "../json/json";
import { composeThings } from "./compose-things";
import type { CompositionOptions } from "./composition";
import { composeSingleThing } from "./single-thing";

const TD = "https://www.w3.org/2022/wot/td/v1.1";
const part = (href: string, instanceName?: string) => ({
  rel: "tm:submodel",
  href,
  ...(instanceName === undefined ? {} : { instanceName }),
});
const tm = (members: JsonObject): JsonObject => ({
  "@context": TD,
  "@type": "tm:ThingModel",
  ...members,
});

const MOTOR = tm({ title: "Motor", properties: { status: { type: "integer" } } });
const FAN = tm({
  title: "Fan",
  links: [part("motor")],
  properties: { status: { type: "string" } },
});

function things(models: Record<string, JsonObject>, options: Partial<CompositionOptions> = {}) {
  return composeThings(models.root as JsonObject, optionsFor(models, options));
}

function single(models: Record<string, JsonObject>, options: Partial<CompositionOptions> = {}) {
  return composeSingleThing(models.root as JsonObject, optionsFor(models, options));
}

function optionsFor(models: Record<string, JsonObject>, options: Partial<CompositionOptions>) {
  const load = (href: string, from: string) => {
    const model = models[href];
    if (!model) throw new ThingModelError(from, "", `no model ${href}`);
    return { source: href, model };
  };
  return { source: "root", load, ...options };
}

describe("composeThings", () => {
  test("parts of parts are linked to what they are part of", () => {
    const models = { root: tm({ links: [part("fan")] }), fan: FAN, motor: MOTOR };
    const set = things(models);
    expect(set.map(({ name, parent }) => [name, parent])).toEqual([
      ["root", undefined],
      ["fan", "root"],
      ["motor", "fan"],
    ]);
    expect(set[1]?.td.links).toMatchObject([
      { rel: "collection", href: "./root.td.jsonld" },
      { rel: "item", href: "./motor.td.jsonld" },
      { rel: "type", href: "fan" },
    ]);
  });

  test("equal names are told apart: by number beside each other, by the whole's name elsewhere", () => {
    const root = tm({
      links: [part("motor"), part("motor"), part("fan", "left"), part("fan", "right")],
    });
    expect(things({ root, fan: FAN, motor: MOTOR }).map(({ name }) => name)).toEqual([
      ...["root", "motor", "motor2", "left", "left_motor", "right", "right_motor"],
    ]);
  });

  test("the addresses of the set are the caller's", () => {
    const root = tm({ links: [part("motor", "main motor")] });
    const hrefOf = (name: string) => `https://example.com/things/${encodeURIComponent(name)}`;
    const set = composeThings(root, { ...optionsFor({ root, motor: MOTOR }, {}), hrefOf });
    expect(set[0]?.td.links).toMatchObject([{ href: "https://example.com/things/main%20motor" }]);
    expect(things({ root, motor: MOTOR })[0]?.td.links).toMatchObject([
      { href: "./main%20motor.td.jsonld" },
    ]);
  });

  test("each part takes its own placeholders, options and version beside those of the whole", () => {
    const motor = tm({
      id: "urn:{{SITE}}:{{ID}}",
      title: "Motor {{ID}}",
      version: { model: "2.0.0" },
      "tm:optional": ["/properties/heat"],
      properties: { heat: { type: "number" } },
    });
    const root = tm({
      id: "urn:{{SITE}}:root",
      links: [part("motor", "left"), part("motor", "right")],
    });
    const [, left, right] = things(
      { root, motor },
      {
        placeholders: { SITE: "factory", ID: "left" },
        version: "1.0.0",
        instances: {
          right: {
            placeholders: { ID: "right" },
            optional: ["/properties/heat"],
            version: "1.1.0",
            modelHref: "urn:model:motor",
          },
        },
      },
    );
    expect(left?.td).toMatchObject({ id: "urn:factory:left", version: { instance: "1.0.0" } });
    expect(left?.td).not.toHaveProperty("properties.heat");
    expect(right?.td).toMatchObject({
      id: "urn:factory:right",
      title: "Motor right",
      version: { model: "2.0.0", instance: "1.1.0" },
      properties: { heat: {} },
      links: [{ rel: "collection" }, { rel: "type", href: "urn:model:motor" }],
    });
  });

  test("submodels of an extended model are inherited, found from where that model lies", () => {
    const files: Record<string, JsonObject> = {
      "/models/base/base.tm.jsonld": tm({ links: [part("./motor.tm.jsonld", "motor")] }),
      "/models/base/motor.tm.jsonld": MOTOR,
      "/models/strong.tm.jsonld": tm({ title: "Strong motor" }),
    };
    const load = (href: string, from: string) => {
      const source = new URL(href, `file://${from}`).pathname;
      const model = files[source];
      if (!model) throw new ThingModelError(from, "", `no model ${source}`);
      return { source, model };
    };
    const extending = { rel: "tm:extends", href: "./base/base.tm.jsonld" };
    const source = "/models/root.tm.jsonld";
    const inherited = composeThings(tm({ links: [extending] }), { source, load });
    expect(inherited.map(({ td }) => td.title)).toEqual([undefined, "Motor"]);
    const narrowed = tm({ links: [extending, part("./strong.tm.jsonld", "motor")] });
    expect(composeThings(narrowed, { source, load }).map(({ td }) => td.title)).toEqual([
      undefined,
      "Strong motor",
    ]);
  });

  test.each([
    ["contains itself", { root: tm({ links: [part("root")] }) }, {}, "root → root"],
    [
      "contains what contains it",
      { root: tm({ links: [part("a")] }), a: tm({ links: [part("root")] }) },
      {},
      "root → a → root",
    ],
    [
      "gives two Things one id",
      { root: tm({ links: [part("a"), part("a")] }), a: tm({ id: "urn:a" }) },
      {},
      "a and a2 would both have the id urn:a",
    ],
    ["has no such part", { root: tm({}) }, { instances: { led: {} } }, 'no part "led"'],
    ["names a model that is not there", { root: tm({ links: [part("a")] }) }, {}, "no model a"],
    ["has a submodel without href", { root: tm({ links: [{ rel: "tm:submodel" }] }) }, {}, "href"],
  ])("a model that %s is an error", (_title, models, options, message) => {
    expect(() => things(models, options)).toThrow(ThingModelError);
    expect(() => things(models, options)).toThrow(message);
  });

  test("a missing placeholder names the part's model", () => {
    const models = { root: tm({ links: [part("led")] }), led: tm({ title: "{{NAME}}" }) };
    expect(() => things(models)).toThrow(MissingPlaceholderError);
    expect(() => things(models)).toThrow("led: no value for {{NAME}}");
  });

  test("a model that doubles at every step is refused, not followed", () => {
    const models: Record<string, JsonObject> = { root: tm({ links: [part("m0"), part("m0")] }) };
    for (let i = 0; i < 30; i += 1)
      models[`m${i}`] = tm({ links: [part(`m${i + 1}`), part(`m${i + 1}`)] });
    models.m30 = MOTOR;
    expect(() => things(models)).toThrow("more than 1000 Things");
  });
});

describe("composeSingleThing", () => {
  test("affordances of one name are told apart, the whole's own keeps its name", () => {
    const root = tm({
      properties: { status: { type: "boolean" } },
      links: [part("motor", "left"), part("motor", "right"), part("fan", "fan")],
    });
    expect(Object.keys(single({ root, motor: MOTOR, fan: FAN }).properties as object)).toEqual([
      ...["status", "left_status", "right_status", "fan_status", "fan_motor_status"].slice(0, 4),
      "motor_status",
    ]);
  });

  test("a name that looks like a part's is not taken twice", () => {
    const root = tm({
      properties: { status: {}, motor_status: { title: "own" } },
      links: [part("motor")],
    });
    expect(single({ root, motor: MOTOR }).properties).toEqual({
      status: {},
      motor_status: { title: "own" },
      motor_motor_status: { type: "integer" },
    });
  });

  test("a part's base, variables, security and definitions go with its affordances", () => {
    const root = tm({
      base: "https://root.example/",
      securityDefinitions: { sc: { scheme: "basic" } },
      security: "sc",
      schemaDefinitions: { error: { type: "string" } },
      links: [part("led")],
    });
    const led = tm({
      base: "https://led.example/api/v1/",
      securityDefinitions: {
        sc: { scheme: "bearer" },
        both: { scheme: "combo", allOf: ["sc", "other"] },
        other: { scheme: "nosec" },
      },
      security: ["both"],
      schemaDefinitions: { error: { type: "integer" }, extra: { type: "null" } },
      uriVariables: { unit: { type: "string" } },
      properties: {
        R: {
          uriVariables: { gain: { type: "number" } },
          forms: [
            { href: "R{?unit}", additionalResponses: [{ schema: "error" }, { schema: "extra" }] },
            { href: "/R", security: ["sc"] },
            { href: "coap://led.example/R", security: "other" },
          ],
        },
      },
    });
    expect(single({ root, led })).toMatchObject({
      base: "https://root.example/",
      security: "sc",
      securityDefinitions: {
        sc: { scheme: "basic" },
        led_sc: { scheme: "bearer" },
        both: { scheme: "combo", allOf: ["led_sc", "other"] },
        other: { scheme: "nosec" },
      },
      schemaDefinitions: {
        error: { type: "string" },
        led_error: { type: "integer" },
        extra: { type: "null" },
      },
      properties: {
        R: {
          uriVariables: { unit: { type: "string" }, gain: { type: "number" } },
          forms: [
            {
              href: "https://led.example/api/v1/R{?unit}",
              security: ["both"],
              additionalResponses: [{ schema: "led_error" }, { schema: "extra" }],
            },
            { href: "https://led.example/R", security: ["led_sc"] },
            { href: "coap://led.example/R", security: "other" },
          ],
        },
      },
    });
  });

  test("contexts are united; one prefix with two meanings is an error", () => {
    const context = (iri: string) => ({ "@context": [TD, { x: iri }] });
    const root = { ...tm({ links: [part("led")] }), ...context("https://a.example/") };
    const led = { ...tm({}), "@context": [TD, { y: "https://b.example/" }] };
    expect(single({ root, led })["@context"]).toEqual([
      TD,
      { x: "https://a.example/" },
      { y: "https://b.example/" },
    ]);
    const clash = { ...tm({}), ...context("https://b.example/") };
    expect(() => single({ root, led: clash })).toThrow('"x" is "https://a.example/" in one');
  });

  test("a whole without security has none, and parts without do not add any", () => {
    const nosec = { nosec_sc: { scheme: "nosec" } };
    expect(single({ root: tm({ links: [part("motor")] }), motor: MOTOR })).toMatchObject({
      securityDefinitions: nosec,
      security: ["nosec_sc"],
    });
    const basic = { securityDefinitions: { sc: { scheme: "basic" } }, security: "sc" };
    const root = tm({ ...basic, links: [part("motor")] });
    expect(single({ root, motor: MOTOR })).toMatchObject(basic);
    expect(single({ root, motor: MOTOR }).securityDefinitions).not.toHaveProperty("nosec_sc");
  });
});
