import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { VirtualClock } from "@fogwot/core";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { Directory } from "../directory";
import { DirectoryFileError } from "../errors";
import { needsTitle, sampleTd } from "../test/sample-td";

let folder: string;
beforeAll(async () => {
  folder = await fs.mkdtemp(path.join(os.tmpdir(), "fogwot-directory-"));
});
afterAll(() => fs.rm(folder, { recursive: true, force: true }));

const startMs = Date.UTC(2026, 0, 1);

async function start(file: string, nowMs = startMs) {
  const clock = new VirtualClock(nowMs);
  const directory = new Directory({ clock, validate: needsTitle, file });
  const changes: string[] = [];
  directory.onChange(({ kind, id }) => changes.push(`${kind} ${id}`));
  await directory.start();
  const events = () =>
    everyEvent(directory).map(({ number, kind, id, patch }) =>
      [number, kind, id, ...(patch ? [patch] : [])].join(" "),
    );
  return { clock, directory, changes, events };
}

function everyEvent({ journal }: Directory) {
  const events = [];
  for (let event = journal.next(0); event; event = journal.next(event.number)) events.push(event);
  return events;
}

const fileNamed = (name: string) => path.join(folder, name, "directory.jsonl");

describe("the file", () => {
  it("brings over a restart whose a Thing is, which was nobody's until somebody registered it", async () => {
    const file = fileNamed("owner");
    const first = await start(file);
    await first.directory.put("urn:a", sampleTd("urn:a"));
    await first.directory.put("urn:a", sampleTd("urn:a"), "mara");
    await first.directory.put("urn:a", sampleTd("urn:a"), "otto");
    await first.directory.put("urn:b", sampleTd("urn:b"), "otto");
    await first.directory.patch("urn:b", { title: "another" });
    const uuid = await first.directory.create({ title: "no id" }, "mara");
    await first.directory.stop();
    const second = await start(file);
    const owners = second.directory.entries().map(({ id, owner }) => [id, owner]);
    expect(owners).toEqual([
      ["urn:a", "mara"],
      ["urn:b", "otto"],
      [uuid, "mara"],
    ]);
    expect(JSON.stringify(second.directory.list())).not.toMatch(/mara|otto/);
    await second.directory.stop();
  });

  it("brings Things and their lifetimes over a restart; what expired meanwhile is gone", async () => {
    const file = fileNamed("restart");
    const first = await start(file);
    await first.directory.put("urn:a", sampleTd("urn:a"));
    await first.directory.put("urn:b", sampleTd("urn:b", { registration: { ttl: 60 } }));
    await first.directory.put("urn:c", sampleTd("urn:c", { registration: { ttl: 7200 } }));
    const { id: _, ...anonymous } = sampleTd("urn:d");
    const uuid = await first.directory.create(anonymous);
    await first.directory.delete("urn:a");
    await first.clock.advance(1000);
    await first.directory.patch("urn:c", {});
    await first.directory.put("urn:a", sampleTd("urn:a"));
    // No stop: as after kill -9.
    const second = await start(file, startMs + 3_600_000);
    expect(second.directory.list().map((td) => td.id)).toEqual(["urn:a", "urn:c", uuid]);
    expect(second.directory.get("urn:c")).toEqual(first.directory.get("urn:c"));
    expect(second.changes.at(-1)).toBe("removed urn:b");
    await second.directory.put(uuid, { ...anonymous, title: "without its id" });
    await second.clock.advance(3_601_000);
    expect(second.directory.has("urn:c")).toBe(false);
    await second.directory.stop();
    await first.directory.stop();
    expect(second.clock.pending).toBe(0);
  });

  it("brings the events over a restart, under their ids, and expiries among them", async () => {
    const file = fileNamed("events");
    const first = await start(file);
    await first.directory.put("urn:a", sampleTd("urn:a", { title: "old" }));
    await first.directory.put("urn:b", sampleTd("urn:b", { registration: { ttl: 1 } }));
    await first.directory.patch("urn:a", { title: "new" });
    await first.directory.patch("urn:a", {});
    const events = first.events();
    const [one] = everyEvent(first.directory);
    const second = await start(file, startMs + 5000);
    expect(one && second.directory.journal.idOf(one)).toBe(
      one && first.directory.journal.idOf(one),
    );
    expect(second.events()).toEqual(events);
    expect(events).toEqual([
      "1 thing_created urn:a",
      "2 thing_created urn:b",
      '3 thing_updated urn:a {"title":"new"}',
    ]);
    await second.directory.put("urn:c", sampleTd("urn:c"));
    expect(second.events().slice(3)).toEqual(["4 thing_deleted urn:b", "5 thing_created urn:c"]);
    await Promise.all([first, second].map(({ directory }) => directory.stop()));
  });

  it("is rewritten as it grows, with all that matters, and no temporary file stays", async () => {
    const file = fileNamed("rewrite");
    const first = await start(file);
    const description = "x".repeat(200_000);
    for (let i = 0; i < 40; i++) {
      await first.directory.put("urn:a", {
        ...sampleTd("urn:a"),
        description: `${i}${description}`,
      });
      await first.directory.put(`urn:b:${i % 3}`, sampleTd(`urn:b:${i % 3}`, { title: `${i}` }));
    }
    await first.directory.delete("urn:b:0");
    const events = first.events();
    const list = first.directory.list();
    await first.directory.stop();
    expect((await fs.stat(file)).size).toBeLessThan(5 * 1024 * 1024);
    expect((await fs.stat(file)).mode & 0o777).toBe(0o600);
    expect(await fs.readdir(path.dirname(file))).toEqual(["directory.jsonl"]);
    const second = await start(file);
    expect(second.directory.list()).toEqual(list);
    expect(second.events()).toEqual(events);
    await second.directory.stop();
  });

  it("takes many registrations at once, each as durable as one alone", async () => {
    const file = fileNamed("many");
    const { directory } = await start(file);
    const ids = Array.from({ length: 500 }, (_, i) => `urn:${i}`);
    await Promise.all(ids.map((id) => directory.put(id, sampleTd(id))));
    const lines = (await fs.readFile(file, "utf8")).trimEnd().split("\n");
    expect(lines.filter((line) => line.startsWith('{"put":'))).toHaveLength(500);
    await directory.stop();
  });

  it("that ends in half a line, as a crash leaves it, loses that line and no other", async () => {
    const file = fileNamed("torn");
    const first = await start(file);
    await first.directory.put("urn:a", sampleTd("urn:a"));
    await first.directory.put("urn:b", sampleTd("urn:b"));
    await first.directory.stop();
    const whole = await fs.readFile(file, "utf8");
    for (const cut of [1, 2, 100]) {
      await fs.writeFile(file, whole.slice(0, -cut));
      const second = await start(file);
      expect(second.directory.list().map((td) => td.id)).toEqual(["urn:a"]);
      await second.directory.put("urn:c", sampleTd("urn:c"));
      await second.directory.stop();
      const third = await start(file);
      expect(third.directory.list().map((td) => td.id)).toEqual(["urn:a", "urn:c"]);
      await third.directory.stop();
    }
    expect(await fs.readdir(path.dirname(file))).toEqual(["directory.jsonl"]);
  });

  it.each([
    ["nothing", ""],
    ["half a line", '[{"id":"urn:a"'],
    ["another kind of JSON", '[{"id":"urn:a"}]\n'],
    ["lines of another program", "started\nstopped\n"],
    ["a later version", '{"log":2,"life":"00","last":0}\n'],
  ])("that holds %s is put aside, and the directory starts empty", async (name, text) => {
    const file = fileNamed(name.replaceAll(" ", "-"));
    await fs.mkdir(path.dirname(file), { recursive: true });
    await fs.writeFile(file, text);
    const { directory } = await start(file);
    expect(directory.size).toBe(0);
    await directory.put("urn:a", sampleTd("urn:a"));
    await directory.stop();
    const aside = `directory.jsonl.unreadable-${startMs}`;
    expect(await fs.readdir(path.dirname(file))).toEqual(["directory.jsonl", aside]);
    const { directory: second } = await start(file);
    expect(second.size).toBe(1);
    await second.stop();
  });

  it("with an unreadable line in its middle gives all other lines, and a copy is kept", async () => {
    const file = fileNamed("middle");
    const first = await start(file);
    for (const id of ["urn:a", "urn:b", "urn:c"]) await first.directory.put(id, sampleTd(id));
    await first.directory.stop();
    const lines = (await fs.readFile(file, "utf8")).trimEnd().split("\n");
    const broken = [...lines.slice(0, -2), "{}", '{"touch":"urn:none"}', lines.at(-1), ""].join(
      "\n",
    );
    await fs.writeFile(file, broken);
    const second = await start(file);
    expect(second.directory.list().map((td) => td.id)).toEqual(["urn:a", "urn:c"]);
    const copy = `${file}.unreadable-${startMs}`;
    expect(await fs.readFile(copy, "utf8")).toBe(broken);
    await second.directory.delete("urn:c");
    await second.directory.stop();
    await fs.rm(copy);
    const third = await start(file);
    expect(third.directory.list().map((td) => td.id)).toEqual(["urn:a"]);
    expect(await fs.readdir(path.dirname(file))).toEqual(["directory.jsonl"]);
    await third.directory.stop();
  });

  it("that cannot be written is told to the client; the Thing is served, and saved with the next", async () => {
    const blocker = path.join(folder, "blocker");
    await fs.writeFile(blocker, "a file, not a folder");
    const file = path.join(blocker, "directory.jsonl");
    const directory = new Directory({ validate: needsTitle, file });
    await expect(directory.put("urn:a", sampleTd("urn:a"))).rejects.toBeInstanceOf(
      DirectoryFileError,
    );
    expect(directory.has("urn:a")).toBe(true);
    expect(everyEvent(directory)).toMatchObject([{ kind: "thing_created", id: "urn:a" }]);
    await fs.rm(blocker);
    await directory.put("urn:b", sampleTd("urn:b"));
    await directory.stop();
    await expect(directory.put("urn:c", sampleTd("urn:c"))).rejects.toThrow(/closed/);
    const second = await start(file);
    expect(second.directory.list().map((td) => td.id)).toEqual(["urn:a", "urn:b"]);
    await second.directory.stop();
  });
});
