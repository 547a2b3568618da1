import { InputError } from "@fogwot/core";
import { expect, it } from "@jest/globals";
import { duplicateMember } from "./duplicate-member";
import { parseJson } from "./json-body";

it.each([
  ['{"a":1,"b":{"a":2},"c":[{"a":1},{"a":2}]}', undefined],
  ['{"a":1,"a":2}', "/a"],
  ['{"p":{"x/y":1,"x/y":2}}', "/p/x~1y"],
  ['{"p":[1,{"b":{},"c":"{\\"b\\":1,","b":3}]}', "/p/b"],
  [String.raw`{"a":1,"\u0061":2}`, "/a"],
  [String.raw`{"a\"":"\\","b":[],"a\"":2}`, '/a"'],
  ['["a","a"]', undefined],
  ['"a"', undefined],
])("in %s the duplicate is %s", (text, path) => {
  expect(duplicateMember(text)).toBe(path);
});

it("is refused in what clients send", () => {
  expect(() => parseJson('{"properties":{"on":1,"on":2}}')).toThrow(InputError);
});
