import { describe, expect, jest, test } from "@jest/globals";
import { linesOf } from "./lines";
import { explainValue } from "./value";

describe("explainValue", () => {
  const reading = {
    type: "object",
    required: ["temperature"],
    properties: {
      temperature: { type: "number", minimum: 0, maximum: 50, unit: "qudt-unit:DEG_C" },
      at: { type: "string", format: "date-time" },
      status: { type: "string", enum: ["online", "offline"] },
      threshold: { oneOf: [{ type: "number" }, { type: "null" }] },
    },
  };

  test.each([
    [{ temperature: 21 }],
    [{ temperature: 21, at: "2026-11-20T12:00:00Z", threshold: null, more: "is accepted" }],
  ])("%j fits", (value) => {
    expect(explainValue(value, reading)).toEqual([]);
  });

  test.each([
    [{}, "", 'no member "temperature"', 'a member "temperature"'],
    [{ temperature: 60 }, "/temperature", "60", "a number <= 50"],
    [{ temperature: "hot" }, "/temperature", '"hot"', "a number"],
    [{ temperature: 1, status: "away" }, "/status", '"away"', "online or offline"],
    [{ temperature: 1, at: "noon" }, "/at", '"noon"', /RFC 3339/],
    [{ temperature: 1, threshold: "x" }, "/threshold", '"x"', "a number or null"],
    [null, "", "null", "an object"],
    [undefined, "", "nothing", "a value of the type object"],
  ])("%j does not fit, at %j", (value, path, got, wanted) => {
    expect(explainValue(value, reading)).toEqual([
      {
        level: "error",
        path,
        got,
        wanted: typeof wanted === "string" ? wanted : expect.stringMatching(wanted),
        rule: "td-server-data-schema",
      },
    ]);
  });

  test("where nothing is described, everything fits", () => {
    expect(explainValue({ any: 1 }, undefined)).toEqual([]);
    expect(explainValue(undefined, undefined)).toEqual([]);
    expect(explainValue("x", {})).toEqual([]);
  });

  test("forms of a property are no part of its schema, and a long text may match a pattern", () => {
    const property = { type: "string", pattern: "^x+$", forms: [{ href: "x" }] };
    expect(explainValue("x".repeat(5_000), property)).toEqual([]);
  });

  test("unknown formats fit and are not written to the console", () => {
    const spies = (["warn", "error", "log"] as const).map((name) => jest.spyOn(console, name));
    expect(explainValue("x", { type: "string", format: "colour" })).toEqual([]);
    for (const spy of spies) expect(spy).not.toHaveBeenCalled();
    jest.restoreAllMocks();
  });

  test("a schema that is none is said to be", () => {
    expect(explainValue(1, { type: "decimal" })).toMatchObject([
      { wanted: expect.stringContaining("usable schema") },
    ]);
  });
});

test("linesOf finds the line of a pointer, or of what it is nearest to", () => {
  const lineOf = linesOf('{\n  "a": [\n    1,\n    2\n  ]\n}');
  expect(["", "/a", "/a/1", "/a/9", "/b"].map(lineOf)).toEqual([1, 2, 4, 2, 1]);
  expect(linesOf("{")("/a")).toBe(1);
});
