import { describe, expect, test } from "@jest/globals";
import { broken } from "../../test/faults/lamp";
import { onCircles } from "./checks/circles";
import { explain } from "./explain";
import { createLinearAjv } from "./linear-ajv";

const many = (count: number, value: (i: number) => unknown) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`n${i}`, value(i)]));

// What takes minutes where the work is quadratic ends at jest's time-out.
describe("a document of a megabyte, made to keep a server busy", () => {
  test.each([
    ["faulty affordances", { "/properties": many(40_000, () => ({ forms: [{ op: "x" }] })) }],
    ["faulty schemes", { "/securityDefinitions": many(40_000, () => ({ scheme: "combo" })) }],
    [
      "a chain of combinations",
      {
        "/securityDefinitions": many(20_000, (i) => ({
          scheme: "combo",
          allOf: [`n${i + 1}`, "none"],
        })),
      },
    ],
    [
      "a long enum",
      { "/events/burnt/data/enum": Array.from({ length: 60_000 }, (_, i) => ({ i })) },
    ],
    ["a scheme's name", { "/securityDefinitions/none/scheme": "a".repeat(1_000_000) }],
    [
      "sizes of an icon",
      { "/links": [{ href: "a:b", rel: "icon", sizes: "1".repeat(1_000_000) }] },
    ],
    [
      "braces in a model",
      { "/@type": "tm:ThingModel", "/properties/brightness/readOnly": "{".repeat(1_000_000) },
    ],
    ["braces in an href", { "/events/burnt/forms/0/href": "{a".repeat(500_000) }],
  ])("%s: explained all the same", (_title, change) => {
    expect(explain(broken(change)).length).toBeLessThanOrEqual(201);
  });

  test("more findings than anyone reads are counted, errors told first", () => {
    const text = `{${Array.from({ length: 1000 }, () => '"a": 1').join(",\n")}}`;
    const findings = explain(text);
    expect(findings).toHaveLength(201);
    expect(findings).toContainEqual(
      expect.objectContaining({ level: "error", got: expect.stringMatching(/^at least \d+ more/) }),
    );
  });
});

describe("the linear Ajv", () => {
  const ajv = createLinearAjv({ allErrors: true });

  test.each([
    ["a {{B}} c", true],
    ["{{ }}", true],
    ["}}{{a}}", true],
    ["{{{a}}}", true],
    ["{{}}", false],
    ["{a}", false],
    ["}} {{", false],
    ["{{é}}", false],
    ["é{{a}}é", true],
    ["{{a}}\n", false],
    ["{{a\u0001}}", false],
    ["{{a}", false],
  ])("%j holds a placeholder: %s, as W3C's pattern says", (text, holds) => {
    const pattern = "^.*[{]{2}[ -~]+[}]{2}.*$";
    expect(ajv.validate({ type: "string", pattern }, text)).toBe(holds);
    expect(new RegExp(pattern, "u").test(text)).toBe(holds);
  });

  test.each([
    ["[1,2,3]", true],
    ["[1,2,1]", false],
    ['[1,"1"]', true],
    ['[{"a":1,"b":2},{"b":2,"a":1}]', false],
    ["[[1],[1,1],[]]", true],
    ['[null,"null",[null]]', true],
  ])("elements of %s differ: %s", (json, unique) => {
    expect(ajv.validate({ uniqueItems: true }, JSON.parse(json))).toBe(unique);
  });
});

describe("onCircles", () => {
  test("nodes that lead back to themselves are found, others are not", () => {
    const edges = { a: ["b"], b: ["c"], c: ["b", "x"], d: ["d"], e: ["a", "d"], f: [] };
    expect(onCircles(new Map(Object.entries(edges)))).toEqual(new Set(["b", "c", "d"]));
  });
});
