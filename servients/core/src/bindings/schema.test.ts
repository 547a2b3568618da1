import { describe, expect, it, jest } from "@jest/globals";
import type { DataSchema } from "wot-typescript-definitions";
import { InputError, InternalError } from "../errors";
import { validate } from "./schema";

function mismatch(value: unknown, schema: DataSchema): Record<string, unknown> {
  try {
    validate(value, schema);
  } catch (error) {
    if (error instanceof InputError) return error.details;
  }
  return {};
}

describe("validation against a DataSchema", () => {
  const object: DataSchema = {
    type: "object",
    properties: { list: { type: "array", items: { type: "integer", maximum: 3 } } },
    required: ["list"],
    additionalProperties: false,
  } as DataSchema;

  it("has a typed error for a schema that is none, and lets formats of others pass in silence", () => {
    const warn = jest.spyOn(console, "warn");
    for (const schema of [{ pattern: "[" }, { type: "integral" }, { $ref: "http://x/" }]) {
      expect(() => validate("a", schema as never)).toThrow(InternalError);
    }
    validate("half past nine", { type: "string", format: "x-time" } as never);
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });

  it("names the path of the first offence, what was got and what was wanted", () => {
    expect(mismatch({ list: [1, 4] }, object)).toEqual({ path: "/list/1", got: 4, wanted: "<= 3" });
    expect(mismatch({}, object)).toMatchObject({ got: {}, wanted: 'a member "list"' });
    expect(mismatch({ list: [], x: 1 }, object)).toMatchObject({ wanted: 'no member "x"' });
    expect(mismatch("a", { type: "string", enum: ["b"] })).toMatchObject({
      wanted: 'one of ["b"]',
    });
  });

  it("does not repeat a large value to its sender", () => {
    const integer: DataSchema = { type: "integer" };
    expect(mismatch("x".repeat(5000), integer).got).toHaveLength(201);
    expect(mismatch(Array(5000).fill(0), integer).got).toBe("array of 5000");
    expect(mismatch({ a: "x".repeat(5000) }, integer).got).toBe("object of 1 members");
    const deep = JSON.parse(`${"[".repeat(50_000)}${"]".repeat(50_000)}`);
    expect(mismatch(deep, integer).got).toBe("array of 1");
  });

  it("ignores terms JSON Schema does not know", () => {
    const terms = { type: "number", unit: "om2:degreeCelsius", forms: [{ href: "x" }] };
    expect(mismatch(1, terms as DataSchema)).toEqual({});
  });
});
