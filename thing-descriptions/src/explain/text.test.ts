import { describe, expect, test } from "@jest/globals";
import { explain } from "./explain";

const TD = `{
  "@context": "https://www.w3.org/2022/wot/td/v1.1",
  "title": "Lamp",
  "securityDefinitions": { "none": { "scheme": "nosec" } },
  "security": "none",
  "properties": {
    "status": {
      "type": "string",
      "forms": [
        { "href": "http://127.0.0.1/status" }
      ]
    }
  }
}`;

function change(from: string, to: string) {
  return explain(TD.replace(from, to));
}

describe("explain, given text", () => {
  test("a fault is told with the line it stands on", () => {
    expect(explain(TD)).toEqual([]);
    expect(change('"href"', '"op": "open", "href"')).toMatchObject([
      { line: 10, path: "/properties/status/forms/0/op" },
    ]);
  });

  test("a missing member is told with the line of its object", () => {
    expect(change('"href": "http://127.0.0.1/status"', "")).toMatchObject([
      { line: 10, path: "/properties/status/forms/0" },
    ]);
  });

  test("findings come in the order of the lines", () => {
    const lines = change('"nosec"', '"magic"');
    const more = explain(TD.replace('"nosec"', '"magic"').replace('"string"', '"text"'));
    expect(lines.map(({ line }) => line)).toEqual([4]);
    expect(more.map(({ line }) => line)).toEqual([4, 8]);
  });

  test("a second member of the same name is an error that tells where the first stands", () => {
    expect(change('"type": "string"', '"type": "string",\n      "type": "null"')).toEqual([
      {
        level: "error",
        path: "/properties/status/type",
        line: 9,
        got: 'a second member "type"',
        wanted: "a name used once (first on line 8)",
        rule: "td-json-open",
      },
    ]);
  });

  test.each([
    ["a trailing comma", '"none",\n  "properties"', '"none",,\n  "properties"', 5],
    ["a missing comma", '"Lamp",', '"Lamp"', 4],
    ["a comment", '"none",', '"none", // to do', 5],
    ["single quotes", '"Lamp"', "'Lamp'", 3],
  ])("%s is told with its line", (_title, from, to, line) => {
    const findings = change(from, to);
    expect(findings[0]).toMatchObject({ level: "error", line, rule: "td-processor-serialization" });
  });

  test("a text that breaks off, or holds nothing, is an error", () => {
    expect(explain(TD.slice(0, 200)).length).toBeGreaterThan(0);
    expect(explain("").length).toBeGreaterThan(0);
    expect(explain("   \n ").length).toBeGreaterThan(0);
  });

  test("white space that JSON does not know is an error, not an exception", () => {
    expect(explain(`\u00a0${TD}`)).not.toEqual([]);
  });

  test("a byte order mark is an error, and the rest is still read", () => {
    expect(explain(`\ufeff${TD}`)).toMatchObject([{ rule: "td-json-open_no-byte-order", line: 1 }]);
  });

  test("an integer written with a fraction is an error though its value is one", () => {
    const findings = change('"type": "string"', '"type": "string", "maxLength": 1.0');
    expect(findings).toMatchObject([{ got: "1.0", rule: "td-integer-type", line: 8 }]);
  });
});
