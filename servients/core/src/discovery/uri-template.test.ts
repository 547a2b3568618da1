import { expect, it } from "@jest/globals";
import { expandTemplate, resolveTemplate, variablesOf } from "./uri-template";

const values = { limit: 10, offset: 0, id: "urn:a/b c", path: "/x y", empty: "", who: "fred!" };

it.each([
  ["things{?offset,limit,format}", "things?offset=0&limit=10"],
  ["things?sort=id{&offset,limit}", "things?sort=id&offset=0&limit=10"],
  ["things{?format}", "things"],
  ["things/{id}", "things/urn%3Aa%2Fb%20c"],
  ["{+path}/here", "/x%20y/here"],
  ["things{/id}", "things/urn%3Aa%2Fb%20c"],
  ["{limit,offset}", "10,0"],
  ["no/template", "no/template"],
  ["{unknown}", ""],
  ["x{#path,limit}", "x#/x%20y,10"],
  ["x{.limit,offset}", "x.10.0"],
  ["{;limit,empty}", ";limit=10;empty"],
  ["{?limit,empty}", "?limit=10&empty="],
  ["{who}{+who}", "fred%21fred!"],
  ["{who:3}", "fre"],
  ["{limit*}", "10"],
  ["{toString}", ""],
])("%s becomes %s", (template, expanded) => {
  expect(expandTemplate(template, values)).toBe(expanded);
});

it("names the variables of a template", () => {
  expect(variablesOf("/{a}{?b, c}{&d:3}{#e*}")).toEqual(["a", "b", "c", "d", "e"]);
});

it.each([
  ["properties/a{?b}", "http://h:1/thing/", "http://h:1/thing/properties/a{?b}"],
  ["/p/{a}/b", "coap://h/thing/x", "coap://h/p/{a}/b"],
  ["{name}", "http://h/{site}/", "http://h/{site}/{name}"],
  ["?x={x}", "https://h/p", "https://h/p?x={x}"],
  ["mqtt://b:1883/{x}", "http://h/", "mqtt://b:1883/{x}"],
  ["relative", undefined, "relative"],
  ["relative", "urn:opaque", "relative"],
])("%s relative to %s is %s", (template, base, absolute) => {
  expect(resolveTemplate(template, base)).toBe(absolute);
});
