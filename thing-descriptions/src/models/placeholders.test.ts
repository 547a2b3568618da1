import { describe, expect, test } from "@jest/globals";
import { placeholdersOf, replacePlaceholders } from "./placeholders";

describe("placeholders", () => {
  test("one that is the whole value takes the value's type, TD 1.1 section 9.3.5", () => {
    const model = {
      title: "Thermostat No. {{NUMBER}}",
      version: "{{VERSION}}",
      base: "mqtt://{{BROKER}}",
      maximum: "{{MAXIMUM}}",
      observable: "{{OBSERVABLE}}",
    };
    const values = {
      NUMBER: 4,
      BROKER: "192.168.178.72:1883",
      MAXIMUM: 47.7,
      OBSERVABLE: true,
      VERSION: { instance: "1.0.1", model: "2.0.0" },
    };
    expect(replacePlaceholders(model, values)).toEqual({
      title: "Thermostat No. 4",
      version: { instance: "1.0.1", model: "2.0.0" },
      base: "mqtt://192.168.178.72:1883",
      maximum: 47.7,
      observable: true,
    });
  });

  test("an object within a text is written as JSON without white space", () => {
    expect(replacePlaceholders("is {{X}}", { X: { a: [1, 2] } })).toBe('is {"a":[1,2]}');
  });

  test("two in one text are two, names are left alone, unknown ones stay", () => {
    const value = { "{{A}}": ["{{A}}-{{B}}", { c: "{{C}}" }] };
    expect(placeholdersOf(value)).toEqual(["A", "B", "C"]);
    expect(replacePlaceholders(value, { A: "a", B: "b" })).toEqual({
      "{{A}}": ["a-b", { c: "{{C}}" }],
    });
  });

  test("a value is not searched for placeholders again", () => {
    expect(replacePlaceholders("{{A}} {{B}}", { A: "{{B}}", B: "b" })).toBe("{{B}} b");
  });

  test("names that every object has are unknown", () => {
    expect(replacePlaceholders("{{constructor}}", {})).toBe("{{constructor}}");
  });
});
