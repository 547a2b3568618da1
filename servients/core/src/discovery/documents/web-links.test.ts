import { describe, expect, it } from "@jest/globals";
import { InputError } from "../../errors";
import { introductionsOf, parseCoreLinks } from "./core-links";
import { parseWebLinks } from "./web-links";

describe("links", () => {
  it.each([
    ["", []],
    [" , ,", []],
    ["</a>", [["/a", {}]]],
    ["</a>;rel=next", [["/a", { rel: "next" }]]],
    ['</things?offset=10&limit=10>; rel="next"', [["/things?offset=10&limit=10", { rel: "next" }]]],
    [
      '</a>; rel="next", </>; rel="canonical"; etag="v,1"',
      [
        ["/a", { rel: "next" }],
        ["/", { rel: "canonical", etag: "v,1" }],
      ],
    ],
    ['</a>;title="say \\"hi\\", <b>"', [["/a", { title: 'say "hi", <b>' }]]],
    ['<a>;REL="First";rel=second', [["a", { rel: "First" }]]],
    ["<a>;obs;ct=40;;sz=", [["a", { obs: "", ct: "40", sz: "" }]]],
    [
      "<a> ; rel = next ,<b>",
      [
        ["a", { rel: "next" }],
        ["b", {}],
      ],
    ],
    ["<>", [["", {}]]],
    ["<a>;__proto__=x", [["a", {}]]],
  ])("%j are read", (text, wanted) => {
    const links = parseWebLinks(text).map(({ target, attributes }) => [target, { ...attributes }]);
    expect(links).toEqual(wanted);
  });

  it.each(["a", "<a", "<a><b>", "<a>;rel=next <b>", "<a>,b", '<a>;t="x', "<a<b>"])(
    "%j are refused, with the place",
    (text) => {
      expect(() => parseWebLinks(text)).toThrow(InputError);
    },
  );

  it("take time in proportion to their length, whatever they hold", () => {
    for (const piece of ['<a>;t="\\', "<a>;;;;", "<a>, ", '<a>;t=""', "<a>;a=b;"]) {
      const text = piece.repeat(100_000);
      try {
        expect(parseWebLinks(text).length).toBeGreaterThan(0);
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(InputError);
      }
    }
    expect(() => parseWebLinks("<a>,".repeat(300_000))).toThrow(InputError);
  });
});

describe("CoRE links", () => {
  const text =
    '</sensors>;ct=40;title="Index",</a/td>;rt="wot.thing";ct="432 50",' +
    '<coap://h2:1/d>;rt="x wot.directory";if=core.ll,<http://[bad>;rt=wot.thing';

  it("have absolute URLs, resource types and content formats", () => {
    expect(parseCoreLinks(text, "coap://h:5683/.well-known/core")).toEqual([
      { url: "coap://h:5683/sensors", resourceTypes: [], contentFormats: [40] },
      { url: "coap://h:5683/a/td", resourceTypes: ["wot.thing"], contentFormats: [432, 50] },
      { url: "coap://h2:1/d", resourceTypes: ["x", "wot.directory"], contentFormats: [] },
    ]);
  });

  it("of Thing Descriptions introduce Things and directories", () => {
    const links = parseCoreLinks(text, "coap://h/");
    expect(introductionsOf(links)).toEqual(["coap://h/a/td", "coap://h2:1/d"]);
  });
});
