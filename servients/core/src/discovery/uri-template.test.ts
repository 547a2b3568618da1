import { expect, it } from "@jest/globals";
import { expandTemplate, variablesOf } from "./uri-template";

const values = { limit: 10, offset: 0, id: "urn:a/b c", path: "/x y" };

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
])("%s becomes %s", (template, expanded) => {
  expect(expandTemplate(template, values)).toBe(expanded);
});

it("names the variables of a template", () => {
  expect(variablesOf("/{a}{?b, c}{&d}")).toEqual(["a", "b", "c", "d"]);
});
