import { describe, expect, test } from "@jest/globals";
import { lamp } from "../../test/faults/lamp";
import { explain } from "./explain";

const TD = "https://www.w3.org/2022/wot/td/v1.1";

function sound(members: object): object {
  const { "@type": _type, ...rest } = lamp();
  return { ...rest, "@context": [TD, { x: "https://example.com/" }], ...members };
}

describe("explain, of members without prefix", () => {
  test("one that no vocabulary defines is a warning with what was likely meant, told once", () => {
    const forms = [{ href: "x", contenttype: "text/plain", op: "readproperty" }];
    const properties = {
      a: { type: "string", observeable: true, forms },
      b: { type: "object", properties: { free: {} }, forms },
    };
    const findings = explain(sound({ properties, comment: "x" }));
    expect(findings.map(({ level, path }) => `${level} ${path}`)).toEqual([
      "warning /properties/a/observeable",
      "warning /properties/a/forms/0/contenttype",
      "warning /comment",
    ]);
    expect(findings.map(({ wanted }) => wanted).sort()).toEqual([
      '"contentType", or a term of an extension with its prefix',
      '"observable", or a term of an extension with its prefix',
      "a term of TD 1.1, or one of an extension with its prefix",
    ]);
  });

  test.each([
    ["with a prefix", { "x:level": { inner: 1 } }],
    ["of the document's own context", { "@context": [TD, { level: "urn:x" }], level: 1 }],
    [
      "of Discovery",
      { "@context": [TD, "https://www.w3.org/2022/wot/discovery"], registration: { ttl: 1 } },
    ],
    ["within a value", { properties: { a: { default: { level: 1 }, forms: [{ href: "x" }] } } }],
    ["of a context not at hand", { "@context": [TD, "https://example.com/x"], level: 1 }],
  ])("one %s is none", (_title, members) => {
    expect(explain(sound(members))).toEqual([]);
  });
});
