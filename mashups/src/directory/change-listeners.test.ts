import { describe, expect, it } from "@jest/globals";
import type { DirectoryChange } from "./change-listeners";
import { createDirectory } from "./test/create-directory";
import { sampleTd } from "./test/sample-td";

describe("listeners of a directory", () => {
  it("hear of a Thing that is added, changed and removed, and not of a mere refresh", async () => {
    const { directory, changes } = createDirectory();
    await directory.put("urn:a", sampleTd("urn:a", { registration: { ttl: 60 } }));
    await directory.put("urn:a", sampleTd("urn:a", { registration: { ttl: 90 } }));
    await directory.put("urn:a", sampleTd("urn:a", { title: "changed" }));
    await directory.delete("urn:a");
    expect(await directory.delete("urn:a")).toBe(false);
    expect(changes).toEqual(["added urn:a", "updated urn:a", "removed urn:a"]);
  });

  it("get the Thing Description as it is served, without its registration", async () => {
    const { directory } = createDirectory();
    const seen: DirectoryChange[] = [];
    directory.onChange((change) => seen.push(change));
    await directory.put("urn:a", sampleTd("urn:a", { registration: { ttl: 60 } }));
    const [tdContext, ownTerms] = sampleTd("urn:a")["@context"] as unknown[];
    expect(seen[0]?.td).toEqual({
      ...sampleTd("urn:a"),
      "@context": [tdContext, "https://www.w3.org/2022/wot/discovery", ownTerms],
    });
  });

  it("hear nothing of a Thing that is sent again with its members in another order", async () => {
    const { directory, changes } = createDirectory();
    const td = sampleTd("urn:a");
    await directory.put("urn:a", td);
    await directory.put("urn:a", Object.fromEntries(Object.entries(td).reverse()));
    expect(changes).toEqual(["added urn:a"]);
  });

  it("that fail disturb nobody, and one that has left hears nothing", async () => {
    const { directory, changes } = createDirectory();
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
