import { explainValue } from "@fogwot/thing-descriptions";
import { describe, expect, it } from "@jest/globals";
import { addressOf, originOf, schemeOf } from "./address";
import { makeUp } from "./made-up";

describe("makeUp", () => {
  it.each([
    [{ const: 7 }, 7],
    [{ type: "string", default: "on" }, "on"],
    [{ enum: ["b", "a"] }, "b"],
    [{ type: "object", properties: { a: { type: "integer" } } }, {}],
    [
      { type: "object", required: ["a"], properties: { a: { type: "integer", minimum: 3 } } },
      { a: 3 },
    ],
    [{ type: "array", minItems: 2, items: { type: "boolean" } }, [false, false]],
    [{ type: "array", items: [{ type: "null" }], minItems: 1 }, [null]],
    [{ type: "number", minimum: -5, maximum: 5 }, 0],
    [{ type: "number", maximum: -2.5 }, -2.5],
    [{ type: "integer", exclusiveMinimum: 3 }, 4],
    [{ type: "integer", minimum: 7, multipleOf: 5 }, 10],
    [{ type: "string", minLength: 3 }, "xxx"],
    [{ type: "string", format: "date-time" }, "2026-01-01T00:00:00Z"],
    [{ oneOf: [{ type: "integer", minimum: 1 }, { type: "null" }] }, 1],
    [{ properties: { a: {} } }, {}],
  ])("%j accepts %j", (schema, value) => {
    expect(makeUp(schema)).toEqual({ value });
    expect(explainValue(value, schema)).toEqual([]);
  });

  it.each([
    [{ type: "string", pattern: "^[0-9]{4}$" }],
    [{ type: "object", required: ["a"] }],
    [{ type: "integer", minimum: 1.2, maximum: 1.8 }],
    [{ type: "array", minItems: 1e9 }],
    [{}],
    [undefined],
  ])("for %j nothing is made up", (schema) => {
    expect(makeUp(schema)).toBeUndefined();
  });
});

describe("addressOf", () => {
  const variables = {
    unit: { enum: ["celsius"] },
    n: { type: "integer" },
    odd: { pattern: "^q$" },
  };
  it.each([
    ["status", "http://a.example/things/lamp/", "http://a.example/things/lamp/status"],
    ["/status", "http://a.example/things/lamp/", "http://a.example/status"],
    ["coap://b.example/x", "http://a.example/", "coap://b.example/x"],
    ["http://a.example/t{?unit,n}", undefined, "http://a.example/t"],
    ["http://a.example/t?x=1{&unit}", undefined, "http://a.example/t?x=1"],
    ["http://a.example/{unit}/{n}", undefined, "http://a.example/celsius/0"],
    ["http://a.example{/unit,n}", undefined, "http://a.example/celsius/0"],
    ["mqtt://broker.example:1883", undefined, "mqtt://broker.example:1883"],
  ])("%j from %j is %j", (href, base, absolute) => {
    expect(addressOf(href, base, variables)).toEqual({ href: absolute });
  });

  it.each([
    ["status", undefined, /no base/],
    ["http://a.example/{odd}", undefined, /variable odd/],
    ["http://a.example/{unknown}", undefined, /variable unknown/],
    [undefined, "http://a.example/", /no href/],
    ["status", "not a url", /base/],
  ])("%j from %j is none", (href, base, problem) => {
    expect(addressOf(href, base, variables)).toEqual({ problem: expect.stringMatching(problem) });
  });

  it("knows scheme and origin", () => {
    expect(schemeOf("coaps+tcp://a.example/x")).toBe("coaps+tcp");
    expect(originOf("HTTP://A.example:80/x?y")).toBe("http://a.example:80");
  });
});
