import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { OverloadedError, VirtualClock } from "@fogwot/core";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { compareCodePoints } from "./code-points";
import { Directory, type DirectoryChange, type DirectoryOptions } from "./directory";
import { ThingDescriptionRejectedError } from "./errors";
import { needsTitle, sampleTd } from "./test/sample-td";


const startMs = Date.UTC(2026, 0, 1);

const withExpires = (expires: string) => sampleTd("urn:a", { registration: { expires } });

function create(overrides: Partial<DirectoryOptions> = {}) {
  const clock = new VirtualClock(startMs);
  const directory = new Directory({ clock, validate: needsTitle, ...overrides });
  const changes: string[] = [];
  directory.onChange(({ kind, id }) => changes.push(`${kind} ${id}`));
  return { clock, directory, changes };
}

describe("registrations", () => {
  it("are created once, and replaced from then on", async () => {
    const { clock, directory } = create();
    expect(await directory.put("urn:a", sampleTd("urn:a"))).toBe("created");
    await clock.advance(5000);
    expect(await directory.put("urn:a", sampleTd("urn:a", { title: "new" }))).toBe("updated");
    expect(directory.get("urn:a")).toMatchObject({
      title: "new",
      registration: {
        created: "2026-01-01T00:00:00.000Z",
        modified: "2026-01-01T00:00:05.000Z",
      },
    });
  });

  it("are listed by id, in Unicode code point order", async () => {
    const { directory } = create();
    for (const id of ["urn:b", "urn:a", "urn:😀", "urn:\uffee", "urn:a:1"]) {
      await directory.put(id, sampleTd(id));
    }
    expect(directory.list().map((td) => td.id)).toEqual([
      "urn:a",
      "urn:a:1",
      "urn:b",
      "urn:\uffee",
      "urn:😀",
    ]);
    expect(directory.entries().map((entry) => JSON.parse(entry.json()))).toEqual(directory.list());
    expect(compareCodePoints("urn:a", "urn:a")).toBe(0);
  });

  it("end when their time to live does, at that very moment, and not when it was renewed", async () => {
    const { clock, directory, changes } = create();
    await directory.put("urn:a", sampleTd("urn:a", { registration: { ttl: 60 } }));
    await directory.put("urn:b", sampleTd("urn:b", { registration: { ttl: 60 } }));
    expect(directory.get("urn:a")).toMatchObject({
      registration: { ttl: 60, expires: "2026-01-01T00:01:00.000Z" },
    });
    await clock.advance(30_000);
    await directory.put("urn:b", sampleTd("urn:b", { registration: { ttl: 60 } }));
    await clock.advance(29_999);
    expect(directory.size).toBe(2);
    await clock.advance(1);
    expect(directory.list().map((td) => td.id)).toEqual(["urn:b"]);
    await clock.advance(30_000);
    expect(directory.size).toBe(0);
    expect(changes).toEqual(["added urn:a", "added urn:b", "removed urn:a", "removed urn:b"]);
    expect(clock.pending).toBe(0);
  });

  it("may name the end instead; the time to live wins over it", async () => {
    const { clock, directory } = create();
    const expires = "2026-01-01T00:00:10Z";
    await directory.put("urn:a", sampleTd("urn:a", { registration: { expires } }));
    await directory.put("urn:b", sampleTd("urn:b", { registration: { expires, ttl: 20 } }));
    await clock.advance(10_000);
    expect(directory.list().map((td) => td.id)).toEqual(["urn:b"]);
  });

  it("of a year wait longer than one timer can", async () => {
    const { clock, directory } = create();
    await directory.put("urn:a", sampleTd("urn:a", { registration: { ttl: 365 * 86_400 } }));
    await clock.advance(364 * 86_400_000);
    expect(directory.has("urn:a")).toBe(true);
    await clock.advance(86_400_000);
    expect(directory.has("urn:a")).toBe(false);
  });

  it.each([
    ["a body that is no object", "text", "(root)"],
    ["an array", [], "(root)"],
    ["null", null, "(root)"],
    ["another id than the URL's", sampleTd("urn:b"), "/id"],
    ["no id", { title: "x" }, "/id"],
    ["a lifetime of nothing", sampleTd("urn:a", { registration: { ttl: 0 } }), "/registration/ttl"],
    ["a lifetime of text", sampleTd("urn:a", { registration: { ttl: "1" } }), "/registration/ttl"],
    ["no date", sampleTd("urn:a", { registration: { expires: "soon" } }), "/registration/expires"],
    ["a date without offset", withExpires("2026-02-01T00:00:00"), "/registration/expires"],
    ["a day of no month", withExpires("2026-02-01"), "/registration/expires"],
    [
      "a past of text",
      sampleTd("urn:a", { registration: { created: 1 } }),
      "/registration/created",
    ],
    ["an id beyond measure", sampleTd(`urn:${"x".repeat(3000)}`), "/id"],
    ["a registration of text", sampleTd("urn:a", { registration: "x" }), "/registration"],
    ["what the validator finds", { id: "urn:a" }, "/title"],
  ])("are refused for %s, with the field named", async (_what, td, field) => {
    const { directory, changes } = create();
    const rejected = directory.put("urn:a", td);
    await expect(rejected).rejects.toBeInstanceOf(ThingDescriptionRejectedError);
    await expect(rejected).rejects.toMatchObject({
      status: 400,
      validationErrors: expect.arrayContaining([expect.objectContaining({ field })]),
    });
    expect([directory.size, changes.length]).toEqual([0, 0]);
  });

  it("are refused beyond the limit, and replacements are not", async () => {
    const { directory } = create({ maxThings: 2 });
    await directory.put("urn:a", sampleTd("urn:a"));
    await directory.put("urn:b", sampleTd("urn:b"));
    await expect(directory.put("urn:c", sampleTd("urn:c"))).rejects.toBeInstanceOf(OverloadedError);
    expect(await directory.put("urn:b", sampleTd("urn:b", { title: "x" }))).toBe("updated");
    await directory.delete("urn:a");
    expect(await directory.put("urn:c", sampleTd("urn:c"))).toBe("created");
  });
});

describe("listeners", () => {
  it("hear of a Thing that is added, changed and removed, and not of a mere refresh", async () => {
    const { directory, changes } = create();
    await directory.put("urn:a", sampleTd("urn:a", { registration: { ttl: 60 } }));
    await directory.put("urn:a", sampleTd("urn:a", { registration: { ttl: 90 } }));
    await directory.put("urn:a", sampleTd("urn:a", { title: "changed" }));
    await directory.delete("urn:a");
    expect(await directory.delete("urn:a")).toBe(false);
    expect(changes).toEqual(["added urn:a", "updated urn:a", "removed urn:a"]);
  });

  it("get the Thing Description as it is served, without its registration", async () => {
    const { directory } = create();
    const seen: DirectoryChange[] = [];
    directory.onChange((change) => seen.push(change));
    await directory.put("urn:a", sampleTd("urn:a", { registration: { ttl: 60 } }));
    const [tdContext, ownTerms] = sampleTd("urn:a")["@context"] as unknown[];
    expect(seen[0]?.td).toEqual({
      ...sampleTd("urn:a"),
      "@context": [tdContext, "https://www.w3.org/2022/wot/discovery", ownTerms],
    });
  });

  it("that fail disturb nobody, and one that has left hears nothing", async () => {
    const { directory, changes } = create();
    const heard: string[] = [];
    directory.onChange(() => {
      throw new RangeError("a bug");
    });
    const leave = directory.onChange(({ id }) => heard.push(id));
    await directory.put("urn:a", sampleTd("urn:a"));
    leave();
    await directory.put("urn:b", sampleTd("urn:b"));
    expect([heard, changes]).toEqual([["urn:a"], ["added urn:a", "added urn:b"]]);
  });
});
