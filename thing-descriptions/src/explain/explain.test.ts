import { describe, expect, test } from "@jest/globals";
import { ERRORS } from "../../test/faults/errors";
import { broken, lamp } from "../../test/faults/lamp";
import { WARNINGS } from "../../test/faults/warnings";
import { ThingDescriptionError } from "../errors";
import type { JsonObject } from "../json/json";
import { explain, validateThingDescription } from "./explain";

describe("explain", () => {
  test("a sound Thing Description has no findings", () => {
    expect(explain(lamp())).toEqual([]);
    expect(explain(JSON.stringify(lamp()))).toEqual([]);
  });

  test.each(ERRORS)("%s: an error at its place, by one rule", (_title, change, path, rule) => {
    const errors = explain(broken(change)).filter(({ level }) => level === "error");
    expect(errors).toContainEqual(expect.objectContaining({ path, rule }));
    // One fault may show in several forms, never in several words.
    expect(new Set(errors.map((finding) => finding.rule))).toEqual(new Set([rule]));
  });

  test.each(WARNINGS)("%s: a warning at its place, no error", (_title, change, path, rule) => {
    const findings = explain(broken(change));
    expect(findings).toContainEqual(expect.objectContaining({ level: "warning", path, rule }));
    expect(findings.filter(({ level }) => level === "error")).toEqual([]);
  });

  test("affordances without forms are accepted where that is asked for", () => {
    expect(explain(broken({ "/events/burnt/forms": undefined }), { partial: true })).toEqual([]);
  });

  test("what only W3C's schema says can be asked for alone", () => {
    expect(explain(broken({ "/security": "unknown" }), { schemaOnly: true })).toEqual([]);
  });

  test("a Thing Description 1.0 is accepted", () => {
    const context = "https://www.w3.org/2019/wot/td/v1";
    expect(explain(broken({ "/@context": context, "/@type": "Thing" }))).toEqual([]);
  });

  test("a Thing Model at hand is compared, one that is not is left alone", () => {
    const td = broken({ "/links": [{ rel: "type", href: "https://example.com/lamp.tm.jsonld" }] });
    const model = { properties: { brightness: { type: "string" } }, events: { fire: {} } };
    expect(explain(td)).toEqual([]);
    expect(explain(td, { modelOf: () => model })).toMatchObject([
      { level: "warning", path: "/properties/brightness/type", rule: "tm-derivation-validity" },
      { level: "error", path: "/events/fire" },
    ]);
    const optional = { ...model, "tm:optional": ["/events/fire"] };
    expect(explain(td, { modelOf: () => optional })).toHaveLength(1);
  });

  test("a Thing made from another version of its Thing Model is a warning", () => {
    const links = [{ rel: "type", href: "urn:model", type: "application/tm+json" }];
    const td = broken({ "/links": links, "/version": { instance: "1.0.0", model: "1.0.0" } });
    const modelOf = (version: string) => () => ({ version: { model: version } });
    expect(explain(td, { modelOf: modelOf("1.0.0") })).toEqual([]);
    expect(explain(td, { modelOf: modelOf("2.0.0") })).toMatchObject([
      { level: "warning", path: "/version/model", got: '"1.0.0"' },
    ]);
  });

  test.each([null, 3, [], "[]", "null", '"text"'])("%j is no Thing Description", (value) => {
    expect(explain(value)).toMatchObject([{ path: "", wanted: "a JSON object" }]);
  });

  test("nesting without end is refused, as value and as text, without exhausting the stack", () => {
    const text = `${'{"items":'.repeat(50_000)}0${"}".repeat(50_000)}`;
    expect(explain(text)).toMatchObject([{ rule: "nesting" }]);
    let value: JsonObject = {};
    for (let i = 0; i < 50_000; i += 1) value = { items: value };
    expect(explain(value)).toMatchObject([{ rule: "nesting" }]);
  });

  test("a value of a wrong type is told wherever it stands, never thrown", () => {
    const wrong = [null, 0, "", [], {}, [null], { a: null }, [[{}]], true];
    const places = [
      ...Object.keys(lamp()).map((name) => `/${name}`),
      ...["", "/forms", "/forms/0/op", "/forms/0/href"].map((at) => `/properties/brightness${at}`),
      ...["/uriVariables", "/forms/0/additionalResponses"].map((at) => `/actions/fade${at}`),
      ...["/securityDefinitions/none", "/events/burnt/data", "/links", "/forms"],
    ];
    for (const place of places) {
      for (const value of wrong) expect(explain(broken({ [place]: value }))).toBeInstanceOf(Array);
    }
  });
});

describe("validateThingDescription", () => {
  test("throws an error that tells the first fault and holds all of them", () => {
    const td = broken({ "/events/burnt/forms": undefined, "/security": "unknown" });
    const validate = () => validateThingDescription(td);
    expect(validate).toThrow(ThingDescriptionError);
    expect(validate).toThrow(
      'urn:example:lamp: /events/burnt: got no member "forms", wanted a member "forms" (and 1 more)',
    );
    expect(() => validateThingDescription(lamp())).not.toThrow();
  });
});
