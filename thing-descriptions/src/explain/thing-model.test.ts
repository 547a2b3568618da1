import { describe, expect, test } from "@jest/globals";
import { explain } from "./explain";

function model(members: object = {}): object {
  return {
    "@context": "https://www.w3.org/2022/wot/td/v1.1",
    "@type": "tm:ThingModel",
    title: "Lamp {{NUMBER}}",
    properties: { status: { type: "string" }, level: { minimum: "{{LOW}}", maximum: 10 } },
    ...members,
  };
}

describe("explain, given a Thing Model", () => {
  test("neither title nor forms nor security are missed", () => {
    expect(explain(model({ title: undefined }))).toEqual([]);
    expect(
      explain(model({ base: "mqtt://{{BROKER}}", "tm:optional": ["/properties/status"] })),
    ).toEqual([]);
  });

  test.each([
    ["version.instance", { version: { model: "1", instance: "2" } }, "/version", "tm-versioning-2"],
    [
      "tm:optional into nowhere",
      { "tm:optional": ["/events/fire"] },
      "/tm:optional/0",
      "tm-tmOptional-resolver",
    ],
    [
      "tm:optional into an affordance",
      { "tm:optional": ["/properties/status/type"] },
      "/tm:optional/0",
      "tm-tmOptional-JSONPointer",
    ],
    ["a single brace too few", { description: "{{NAME}" }, "/description", "tm-placeholder"],
    [
      "tm:ref without pointer",
      { events: { fire: { "tm:ref": "lamp.tm.jsonld" } } },
      "/events/fire/tm:ref",
      "tm-tmRef1",
    ],
    [
      "tm:ref into nowhere",
      { events: { fire: { "tm:ref": "#/events/smoke" } } },
      "/events/fire/tm:ref",
      "tm-tmRef1",
    ],
  ])("%s is an error at its place", (_title, members, path, rule) => {
    const errors = explain(model(members)).filter(({ level }) => level === "error");
    expect(errors).toEqual([expect.objectContaining({ path, rule })]);
  });

  test("a null beside a reference removes, elsewhere it is an error", () => {
    const dim = { "tm:ref": "#/properties/level", title: null, unit: null };
    expect(explain(model({ properties: { level: { type: "integer" }, dim } }))).toEqual([]);
    expect(explain(model({ properties: { level: { title: null } } }))).toMatchObject([
      { level: "error", path: "/properties/level/title" },
    ]);
  });

  test("two parts of one name are an error, two of one file without names a warning", () => {
    const submodel = { rel: "tm:submodel", href: "./led.tm.jsonld", type: "application/tm+json" };
    const named = { ...submodel, instanceName: "led" };
    expect(explain(model({ links: [named, { ...named, instanceName: "lamp" }] }))).toEqual([]);
    expect(explain(model({ links: [submodel, named, named] }))).toMatchObject([
      { level: "error", path: "/links/2/instanceName", rule: "tm-compose-name-collision" },
    ]);
    expect(explain(model({ links: [submodel, submodel] }))).toMatchObject([
      { level: "warning", path: "/links/1", wanted: expect.stringContaining("instanceName") },
    ]);
  });

  test("a reference that leads back to itself is an error", () => {
    const properties = { a: { "tm:ref": "#/properties/b" }, b: { "tm:ref": "#/properties/a" } };
    const rules = explain(model({ properties })).map(({ rule }) => rule);
    expect(rules).toEqual(["tm-ref-recursive-extensions", "tm-ref-recursive-extensions"]);
  });

  test("what is inherited is not looked for in the model itself", () => {
    const links = [{ rel: "tm:extends", href: "./base.tm.jsonld", type: "application/tm+json" }];
    expect(explain(model({ links, "tm:optional": ["/events/fire"] }))).toEqual([]);
  });

  test("a value that may be a placeholder says so", () => {
    const [finding] = explain(model({ properties: { level: { readOnly: "maybe" } } }));
    expect(finding).toMatchObject({
      path: "/properties/level/readOnly",
      got: '"maybe"',
      wanted: "true or false or a placeholder such as {{NAME}}",
    });
  });

  test("tm:required, a term of drafts, is a warning", () => {
    expect(explain(model({ "tm:required": ["#/properties/status"] }))).toMatchObject([
      { level: "warning", path: "/tm:required" },
    ]);
  });

  test("without its @type it is held to the rules of Thing Descriptions, unless told otherwise", () => {
    const untyped = model({ "@type": "Lamp" });
    expect(explain(untyped).map(({ got }) => got)).toContain('no member "security"');
    expect(explain(untyped, { kind: "tm" })).toMatchObject([
      { path: "/@type", rule: "tm-identification" },
    ]);
  });
});
