import { describe, expect, test } from "@jest/globals";
import { explain } from "./explain";

const head = {
  "@context": "https://www.w3.org/2022/wot/td/v1.1",
  title: "Lamp",
  securityDefinitions: { none: { scheme: "nosec" } },
  security: "none",
};

function said(members: object): string[] {
  return explain({ ...head, ...members })
    .filter(({ level }) => level === "error")
    .map(({ path, got, wanted }) => `${path}: got ${got}, wanted ${wanted}`);
}

describe("what a finding says", () => {
  test("an operation lists the lawful ones of its kind, not the branches of the schema", () => {
    const forms = [{ href: "http://h/", op: ["invokeAction"] }];
    expect(said({ actions: { fade: { forms } } })).toEqual([
      '/actions/fade/forms/0/op/0: got "invokeAction", wanted invokeaction, queryaction or cancelaction',
    ]);
  });

  test("a value of another type names the types that are lawful", () => {
    const forms = [{ href: "http://h/", op: 5 }];
    expect(said({ actions: { fade: { forms } } })).toEqual([
      "/actions/fade/forms/0/op: got 5, wanted a string or an array",
    ]);
    expect(said({ security: {} })).toEqual(["/security: got {}, wanted a string or an array"]);
  });

  test("a security scheme is held to the scheme it names", () => {
    expect(said({ securityDefinitions: { none: { scheme: "apikey", in: "nowhere" } } })).toEqual([
      '/securityDefinitions/none/in: got "nowhere", wanted header, query, body, cookie, uri or auto',
    ]);
    expect(said({ securityDefinitions: { none: { scheme: "combo" } } })).toEqual([
      '/securityDefinitions/none: got no member "oneOf", wanted a member "oneOf"',
    ]);
    expect(said({ securityDefinitions: { none: {} } })).toEqual([
      '/securityDefinitions/none: got no member "scheme", wanted a member "scheme"',
    ]);
  });

  test("the context is told in full", () => {
    const [finding] = said({ "@context": ["https://example.com", {}] });
    expect(finding).toMatch(
      /^\/@context: got \["https:.*wanted "https:\/\/www.w3.org\/2022\/wot\/td/,
    );
  });

  test("a long value is shortened", () => {
    const [finding] = said({ title: [..."a".repeat(200)] });
    expect(finding).toBe("/title: got an array of 200 elements, wanted a string");
    expect(said({ id: "x".repeat(5000) })[0]?.length).toBeLessThan(200);
  });
});
