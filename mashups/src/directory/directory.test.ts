import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { OverloadedError, VirtualClock } from "@fogwot/core";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { Directory, type DirectoryChange } from "./directory";
import { compareCodePoints } from "./entry";
import { DirectoryFileError, ThingDescriptionRejectedError } from "./errors";
import { needsTitle, sampleTd } from "./test/sample-td";

let folder: string;
beforeAll(async () => {
  folder = await fs.mkdtemp(path.join(os.tmpdir(), "fogwot-directory-"));
});
afterAll(() => fs.rm(folder, { recursive: true, force: true }));

const startMs = Date.UTC(2026, 0, 1);

function create(overrides: { file?: string; maxThings?: number } = {}) {
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
    expect(JSON.parse(directory.listJson())).toEqual(directory.list());
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
    ["a body that is no object", "text", ""],
    ["an array", [], ""],
    ["null", null, ""],
    ["another id than the URL's", sampleTd("urn:b"), "/id"],
    ["no id", { title: "x" }, "/id"],
    ["a lifetime of nothing", sampleTd("urn:a", { registration: { ttl: 0 } }), "/registration/ttl"],
    ["a lifetime of text", sampleTd("urn:a", { registration: { ttl: "1" } }), "/registration/ttl"],
    ["no date", sampleTd("urn:a", { registration: { expires: "soon" } }), "/registration/expires"],
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

  it("get the Thing Description without the directory's own additions", async () => {
    const { directory } = create();
    const seen: DirectoryChange[] = [];
    directory.onChange((change) => seen.push(change));
    await directory.put("urn:a", sampleTd("urn:a", { registration: { ttl: 60 } }));
    expect(seen[0]?.td).toEqual(sampleTd("urn:a"));
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

describe("the file", () => {
  it("brings Things and their lifetimes over a restart; what expired meanwhile is gone", async () => {
    const file = path.join(folder, "restart", "directory.json");
    const first = create({ file });
    await first.directory.put("urn:a", sampleTd("urn:a"));
    await first.directory.put("urn:b", sampleTd("urn:b", { registration: { ttl: 60 } }));
    await first.directory.put("urn:c", sampleTd("urn:c", { registration: { ttl: 7200 } }));
    // No stop: as after kill -9.
    const clock = new VirtualClock(startMs + 3_600_000);
    const second = new Directory({ clock, validate: needsTitle, file });
    const changes: string[] = [];
    second.onChange(({ kind, id }) => changes.push(`${kind} ${id}`));
    await second.start();
    expect(second.list().map((td) => td.id)).toEqual(["urn:a", "urn:c"]);
    expect(second.get("urn:c")).toEqual(first.directory.get("urn:c"));
    await clock.advance(3_600_000);
    expect(second.size).toBe(1);
    await second.stop();
    await first.directory.stop();
    expect(clock.pending).toBe(0);
  });

  it("holds every registration after many at once, and no temporary file stays", async () => {
    const file = path.join(folder, "many", "directory.json");
    const { directory } = create({ file });
    await Promise.all(
      Array.from({ length: 200 }, (_, i) => directory.put(`urn:${i}`, sampleTd(`urn:${i}`))),
    );
    expect(JSON.parse(await fs.readFile(file, "utf8"))).toHaveLength(200);
    await directory.stop();
    expect(await fs.readdir(path.dirname(file))).toEqual(["directory.json"]);
  });

  it.each([
    ["half a file", '[{"id":"urn:a"'],
    ["no array", '{"id":"urn:a"}'],
    ["no Things", "[1,2]"],
    ["no registration", '[{"id":"urn:a"}]'],
  ])("that holds %s is put aside, and the directory starts empty", async (name, text) => {
    const file = path.join(folder, name.replaceAll(" ", "-"), "directory.json");
    await fs.mkdir(path.dirname(file), { recursive: true });
    await fs.writeFile(file, text);
    const { directory } = create({ file });
    await directory.start();
    expect(directory.size).toBe(0);
    await directory.put("urn:a", sampleTd("urn:a"));
    await directory.stop();
    const names = await fs.readdir(path.dirname(file));
    expect(names).toEqual(["directory.json", `directory.json.unreadable-${startMs}`]);
    expect(await fs.readFile(path.join(path.dirname(file), names[1] as string), "utf8")).toBe(text);
  });

  it("that cannot be written is told to the client, and the Thing is served all the same", async () => {
    const blocker = path.join(folder, "blocker");
    await fs.writeFile(blocker, "a file, not a folder");
    const { directory } = create({ file: path.join(blocker, "directory.json") });
    await expect(directory.put("urn:a", sampleTd("urn:a"))).rejects.toBeInstanceOf(
      DirectoryFileError,
    );
    expect(directory.has("urn:a")).toBe(true);
  });
});
