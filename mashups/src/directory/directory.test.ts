import { NotFoundError, OverloadedError, PayloadTooLargeError } from "@fogwot/core";
import { describe, expect, it } from "@jest/globals";
import { compareCodePoints } from "./code-points";
import { ThingDescriptionRejectedError } from "./errors";
import { createDirectory } from "./test/create-directory";
import { sampleTd } from "./test/sample-td";

const withExpires = (expires: string) => sampleTd("urn:a", { registration: { expires } });

describe("registrations", () => {
  it("are created once, and replaced from then on", async () => {
    const { clock, directory } = createDirectory();
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
    const { directory } = createDirectory();
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
    const { clock, directory, changes } = createDirectory();
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
    const { clock, directory } = createDirectory();
    const expires = "2026-01-01T00:00:10Z";
    await directory.put("urn:a", sampleTd("urn:a", { registration: { expires } }));
    await directory.put("urn:b", sampleTd("urn:b", { registration: { expires, ttl: 20 } }));
    await clock.advance(10_000);
    expect(directory.list().map((td) => td.id)).toEqual(["urn:b"]);
  });

  it("of a year wait longer than one timer can", async () => {
    const { clock, directory } = createDirectory();
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
    const { directory, changes } = createDirectory();
    const rejected = directory.put("urn:a", td);
    await expect(rejected).rejects.toBeInstanceOf(ThingDescriptionRejectedError);
    await expect(rejected).rejects.toMatchObject({
      status: 400,
      validationErrors: expect.arrayContaining([expect.objectContaining({ field })]),
    });
    expect([directory.size, changes.length]).toEqual([0, 0]);
  });

  it("are refused beyond the limit, and replacements are not", async () => {
    const { directory } = createDirectory({ maxThings: 2 });
    await directory.put("urn:a", sampleTd("urn:a"));
    await directory.put("urn:b", sampleTd("urn:b"));
    await expect(directory.put("urn:c", sampleTd("urn:c"))).rejects.toBeInstanceOf(OverloadedError);
    expect(await directory.put("urn:b", sampleTd("urn:b", { title: "x" }))).toBe("updated");
    await directory.delete("urn:a");
    expect(await directory.put("urn:c", sampleTd("urn:c"))).toBe("created");
  });

  it("are refused beyond the bytes of one and of all, and what was refused changes nothing", async () => {
    const { directory, changes } = createDirectory({ maxThingBytes: 2000, maxTotalBytes: 3000 });
    const large = (id: string, length: number) => sampleTd(id, { title: "x".repeat(length) });
    await expect(directory.put("urn:a", large("urn:a", 2000))).rejects.toBeInstanceOf(
      PayloadTooLargeError,
    );
    await directory.put("urn:a", large("urn:a", 500));
    await expect(directory.put("urn:b", large("urn:b", 600))).rejects.toBeInstanceOf(
      OverloadedError,
    );
    await expect(directory.patch("urn:a", { description: "x".repeat(900) })).rejects.toBeInstanceOf(
      PayloadTooLargeError,
    );
    await directory.put("urn:a", large("urn:a", 20));
    await directory.put("urn:b", large("urn:b", 20));
    expect(changes).toEqual(["added urn:a", "updated urn:a", "added urn:b"]);
  });

  it("without id get a UUID of version 4 each, and one with an id is refused", async () => {
    const { directory } = createDirectory();
    const { id: _, ...anonymous } = sampleTd("urn:a");
    const ids = [await directory.create(anonymous), await directory.create(anonymous)];
    for (const id of ids) {
      expect(id).toMatch(
        /^urn:uuid:[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/,
      );
      expect(directory.get(id)).toMatchObject({ id, title: "urn:a" });
    }
    expect(new Set(ids).size).toBe(2);
    for (const wrong of [sampleTd("urn:a"), null, [], "x"]) {
      await expect(directory.create(wrong)).rejects.toBeInstanceOf(ThingDescriptionRejectedError);
    }
  });
});

describe("a patch", () => {
  const hour = { registration: { ttl: 3600 } };

  it("that is empty starts the time to live anew, and is no news", async () => {
    const { clock, directory, changes } = createDirectory();
    await directory.put("urn:a", sampleTd("urn:a", hour));
    await clock.advance(600_000);
    await directory.patch("urn:a", {});
    expect(directory.get("urn:a")).toMatchObject({
      registration: {
        created: "2026-01-01T00:00:00.000Z",
        modified: "2026-01-01T00:10:00.000Z",
        expires: "2026-01-01T01:10:00.000Z",
        ttl: 3600,
      },
    });
    expect(changes).toEqual(["added urn:a"]);
  });

  it.each([
    [
      "sets the end where there is no time to live",
      {},
      { expires: "2026-01-02T00:00:00Z" },
      "2026-01-02T00:00:00.000Z",
    ],
    [
      "cannot set it where there is one",
      hour,
      { expires: "2026-01-02T00:00:00Z" },
      "2026-01-01T01:00:00.000Z",
    ],
    ["takes the time to live away, and the end that came of it", hour, { ttl: null }, undefined],
    [
      "replaces the time to live by an end",
      hour,
      { ttl: null, expires: "2026-01-02T00:00:00Z" },
      "2026-01-02T00:00:00.000Z",
    ],
    ["changes the time to live", hour, { ttl: 60 }, "2026-01-01T00:01:00.000Z"],
    ["takes the whole registration away", hour, null, undefined],
    [
      "cannot set what is the directory's to say",
      hour,
      { created: "2000-01-01T00:00:00Z" },
      "2026-01-01T01:00:00.000Z",
    ],
  ])("%s", async (_what, options, registration, expires) => {
    const { directory } = createDirectory();
    await directory.put("urn:a", sampleTd("urn:a", options));
    await directory.patch("urn:a", { registration });
    const patched = directory.get("urn:a")?.registration as { created: string; expires?: string };
    expect([patched.expires, patched.created]).toEqual([expires, "2026-01-01T00:00:00.000Z"]);
  });

  it("of a Thing that is not there is refused", async () => {
    const { directory } = createDirectory();
    await expect(directory.patch("urn:a", {})).rejects.toBeInstanceOf(NotFoundError);
  });
});

describe("an Enriched TD", () => {
  const td = "https://www.w3.org/2022/wot/td/v1.1";
  const td10 = "https://www.w3.org/2019/wot/td/v1";
  const discovery = "https://www.w3.org/2022/wot/discovery";
  const own = { "@language": "en", registration: "urn:x:own" };

  it.each([
    [td, [td, discovery]],
    [[td], [td, discovery]],
    [
      [td10, td, own],
      [td10, td, discovery, own],
    ],
    [
      [td, own, "https://w3id.org/x"],
      [td, discovery, own, "https://w3id.org/x"],
    ],
    [
      [td, own, discovery],
      [td, own, discovery],
    ],
  ])("of context %j has %j", async (context, enriched) => {
    const { directory } = createDirectory();
    const submitted = { ...sampleTd("urn:a"), "@context": context };
    await directory.put("urn:a", submitted);
    expect(directory.get("urn:a")?.["@context"]).toEqual(enriched);
    // What was served can be sent back.
    const served = directory.get("urn:a");
    await directory.put("urn:a", served);
    expect(directory.get("urn:a")).toEqual(served);
  });
});
