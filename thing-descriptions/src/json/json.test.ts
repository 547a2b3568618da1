import { describe, expect, test } from "@jest/globals";
import { mergePatch, overlay } from "./merge-patch";
import { atPointer, formatPointer, parsePointer } from "./pointer";

describe("mergePatch", () => {
  // RFC 7396, appendix A.
  test.each([
    ['{"a":"b"}', '{"a":"c"}', '{"a":"c"}'],
    ['{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'],
    ['{"a":"b"}', '{"a":null}', "{}"],
    ['{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'],
    ['{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'],
    ['{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'],
    ['{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'],
    ['{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'],
    ['["a","b"]', '["c","d"]', '["c","d"]'],
    ['{"a":"b"}', '["c"]', '["c"]'],
    ['{"a":"foo"}', "null", "null"],
    ['{"a":"foo"}', '"bar"', '"bar"'],
    ['{"e":null}', '{"a":1}', '{"e":null,"a":1}'],
    ["[1,2]", '{"a":"b","c":null}', '{"a":"b"}'],
    ["{}", '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'],
  ])("%s patched with %s is %s", (target, patch, result) => {
    expect(mergePatch(JSON.parse(target), JSON.parse(patch))).toEqual(JSON.parse(result));
  });

  test("a member called __proto__ is a member, and no prototype changes", () => {
    const result = mergePatch({}, JSON.parse('{"__proto__":{"polluted":true}}'));
    expect(JSON.stringify(result)).toBe('{"__proto__":{"polluted":true}}');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test("neither argument is changed or shared", () => {
    const target = { a: { b: [1] } };
    const result = mergePatch(target, { a: { c: 2 } }) as typeof target;
    result.a.b.push(2);
    expect(target).toEqual({ a: { b: [1] } });
  });
});

describe("overlay", () => {
  test("a null that has nothing to remove is a value", () => {
    expect(overlay({ a: 1 }, { a: null, b: { default: null } })).toEqual({ b: { default: null } });
  });
});

describe("JSON Pointers", () => {
  // RFC 6901, section 5.
  const document = { foo: ["bar", "baz"], "": 0, "a/b": 1, "m~n": 8 };

  test.each([
    ["", document],
    ["/foo", ["bar", "baz"]],
    ["/foo/0", "bar"],
    ["/", 0],
    ["/a~1b", 1],
    ["/m~0n", 8],
    ["/foo/2", undefined],
    ["/foo/00", undefined],
    ["/constructor", undefined],
    ["foo", undefined],
    ["/m~2n", undefined],
  ])("%j leads to %j", (pointer, value) => {
    expect(atPointer(document, pointer)).toEqual(value);
  });

  test("formatting and parsing undo each other", () => {
    const segments = ["a/b", "m~n", "", "0"];
    expect(parsePointer(formatPointer(segments))).toEqual(segments);
  });
});
