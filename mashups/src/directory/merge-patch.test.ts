import { createRng } from "@fogwot/core";
import { describe, expect, it } from "@jest/globals";
import { applyMergePatch, createMergePatch } from "./merge-patch";

describe("applying a merge patch", () => {
  // The examples of RFC 7396, appendix A.
  it.each([
    [{ a: "b" }, { a: "c" }, { a: "c" }],
    [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
    [{ a: "b" }, { a: null }, {}],
    [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
    [{ a: ["b"] }, { a: "c" }, { a: "c" }],
    [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
    [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
    [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
    [
      ["a", "b"],
      ["c", "d"],
      ["c", "d"],
    ],
    [{ a: "b" }, ["c"], ["c"]],
    [{ a: "foo" }, null, null],
    [{ a: "foo" }, "bar", "bar"],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: "b", c: null }, { a: "b" }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])("to %j of %j gives %j", (target, patch, result) => {
    const before = JSON.stringify([target, patch]);
    expect(applyMergePatch(target, patch)).toEqual(result);
    expect(JSON.stringify([target, patch])).toBe(before);
  });

  it("takes no member from an object's prototype", () => {
    expect(applyMergePatch({}, { toString: { a: 1 } })).toEqual({ toString: { a: 1 } });
  });
});

describe("making a merge patch", () => {
  it("tells only what differs", () => {
    const from = { id: "x", a: { b: 1, c: 2 }, list: [1, 2], gone: true };
    const to = { id: "x", a: { b: 1, c: 3 }, list: [1], fresh: {} };
    expect(createMergePatch(from, to)).toEqual({ a: { c: 3 }, list: [1], gone: null, fresh: {} });
    expect(createMergePatch(from, { ...from })).toEqual({});
  });

  it("gives none where the new document holds a null that a patch would take for a removal", () => {
    expect(createMergePatch({ a: 1 }, { a: null })).toBeUndefined();
    expect(createMergePatch({ a: { default: 1 } }, { a: { default: null } })).toBeUndefined();
    expect(createMergePatch({ a: 1 }, { a: [null] })).toEqual({ a: [null] });
    expect(createMergePatch({ a: null, b: 1 }, { a: null, b: 2 })).toEqual({ b: 2 });
  });

  it("leads from any document to any other, or says that it cannot", () => {
    const rng = createRng(1, "merge-patch");
    const value = (depth: number): unknown => {
      const kind = rng.int(depth > 3 ? 3 : 5);
      if (kind === 0) return rng.int(3);
      if (kind === 1) return "text";
      if (kind === 2) return rng.chance(0.2) ? null : false;
      if (kind === 3) return Array.from({ length: rng.int(3) }, () => value(depth + 1));
      return object(depth + 1);
    };
    const object = (depth: number) =>
      Object.fromEntries(
        Array.from({ length: rng.int(5) }, () => [`m${rng.int(5)}`, value(depth)]),
      );
    let made = 0;
    for (let i = 0; i < 2000; i++) {
      const [from, to] = [object(0), object(0)];
      const patch = createMergePatch(from, to);
      if (!patch) continue;
      made++;
      expect(applyMergePatch(from, patch)).toEqual(to);
    }
    expect(made).toBeGreaterThan(1000);
  });
});
