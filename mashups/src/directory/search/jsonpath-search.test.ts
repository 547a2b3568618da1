import { OverloadedError } from "@fogwot/core";
import { afterEach, describe, expect, it } from "@jest/globals";
import { Entry } from "../entry";
import { QueryTooCostlyError } from "../errors";
import { sampleTd } from "../test/sample-td";
import { JsonPathSearch, type JsonPathSearchOptions } from "./jsonpath-search";

const at = "2026-01-01T00:00:00.000Z";
const entryOf = (id: string, further: object = {}) =>
  new Entry(JSON.stringify({ ...sampleTd(id), ...further }), {
    id,
    registration: { created: at, modified: at },
  });

const searches: JsonPathSearch[] = [];
afterEach(async () => {
  for (const search of searches.splice(0)) await search.close();
});

function create(entries: readonly Entry[], options: Partial<JsonPathSearchOptions> = {}) {
  const search = new JsonPathSearch({ entries: () => entries, timeoutMs: 30_000, ...options });
  searches.push(search);
  return search;
}

describe("the search thread", () => {
  it("takes one query after the other, and lets only so many wait", async () => {
    const search = create([entryOf("urn:a")], { maxWaiting: 3 });
    const answers = await Promise.allSettled(
      Array.from({ length: 10 }, () => search.query("$[*].id")),
    );
    const answered = answers.filter(({ status }) => status === "fulfilled");
    expect(answered).toEqual(Array(3).fill({ status: "fulfilled", value: '["urn:a"]' }));
    expect(answers.at(-1)).toMatchObject({ reason: expect.any(OverloadedError) });
    expect(await search.query("$[*].title")).toBe('["urn:a"]');
  });

  it("is given up for taking too much memory, and the next query has another one", async () => {
    const large = Array.from({ length: 200 }, (_, i) =>
      entryOf(`urn:${i}`, { list: Array.from({ length: 5000 }, () => ({})) }),
    );
    const entries = [...large];
    const search = create(entries, { maxHeapMb: 16 });
    await expect(search.query("$[*].id")).rejects.toBeInstanceOf(QueryTooCostlyError);
    entries.splice(1);
    expect(await search.query("$[*].id")).toBe('["urn:0"]');
  });

  it("ends when nobody asks for a while, and begins anew when somebody does", async () => {
    const entries = [entryOf("urn:a")];
    const search = create(entries, { idleMs: 1 });
    for (const id of ["urn:b", "urn:c"]) {
      await search.query("$");
      while (search.isRunning) await new Promise((resolve) => setTimeout(resolve, 5));
      entries.push(entryOf(id));
    }
    expect(await search.query("$[*].id")).toBe('["urn:a","urn:b","urn:c"]');
  });

  it("ends with the directory, whatever it is at", async () => {
    const search = create([entryOf("urn:a", { title: "a".repeat(40) })]);
    const endless = search.query("$[?search(@.title, '^(a+)+b$')]");
    const waiting = search.query("$");
    const outcomes = Promise.allSettled([endless, waiting]);
    await search.close();
    expect((await outcomes).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    await expect(search.query("$")).rejects.toBeInstanceOf(OverloadedError);
    expect(search.isRunning).toBe(false);
  });
});
