import * as fs from "node:fs";
import * as path from "node:path";
import { type RunningServient, startServient } from "@fogwot/core";
import { Directory } from "@fogwot/mashups";
import { explain } from "@fogwot/thing-descriptions";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

/** Examples of W3C's playground: a validator that is not ours. */
const EXAMPLES = path.join(
  path.dirname(require.resolve("@thing-description-playground/core/package.json")),
  "examples",
);
/** Faulty only by a Thing Model on a server, which nobody here asks. */
const NEEDS_NETWORK = new Set(["usingTM.json", "unavailableParent.json"]);
/** A name twice in an object, which no parsed value shows. */
const ONLY_IN_TEXT = /^duplicate(Property|Security)/;
/** Beyond W3C's JSON Schema, which is what a directory goes by. */
const BEYOND_SCHEMA = new Set(["invalidSecuMatch.json", "multipleRelType.json"]);

interface Example {
  readonly name: string;
  readonly text: string;
}

function examples(folder: string, isFaulty: boolean): Example[] {
  return fs
    .readdirSync(path.join(EXAMPLES, folder))
    .filter((name) => !isFaulty || !NEEDS_NETWORK.has(name))
    .map((name) => ({ name, text: fs.readFileSync(path.join(EXAMPLES, folder, name), "utf8") }));
}

const errorsIn = (text: string, kind: "td" | "tm") =>
  explain(text, { kind }).filter(({ level }) => level === "error");
const sound = [...examples("tds/valid", false), ...examples("tds/warning", false)];
const faulty = examples("tds/invalid", true);

let client: RunningServient;
let directory: Directory;
beforeAll(async () => {
  client = await startServient({ name: "client" });
  directory = new Directory({});
});
afterAll(async () => {
  await client.stop();
  await directory.stop();
});

async function register(text: string): Promise<void> {
  const td = JSON.parse(text) as { id?: string };
  if (td.id === undefined) await directory.create(td);
  else await directory.put(td.id, td);
}

describe("the playground's Thing Descriptions", () => {
  it("are all there", () => {
    expect([sound.length, faulty.length]).toEqual([47, 21]);
  });

  it.each(sound)("$name is taken by validator, consumer and directory", async ({ text }) => {
    expect(errorsIn(text, "td")).toEqual([]);
    const td = JSON.parse(text);
    const thing = await client.wot.consume(td);
    expect(thing.getThingDescription()).toEqual(td);
    // Whatever cannot be used says why.
    for (const { reason } of thing.unusableForms) expect(reason).toMatch(/^no client|^relative/);
    await register(text);
  });

  it.each(faulty)("$name is refused by each of them, with a reason", async ({ name, text }) => {
    const [first] = errorsIn(text, "td");
    expect(first).toMatchObject({ line: expect.any(Number), wanted: expect.any(String) });
    if (ONLY_IN_TEXT.test(name)) return;
    await expect(client.wot.consume(JSON.parse(text))).rejects.toMatchObject({
      code: "INVALID_THING_DESCRIPTION",
      message: expect.stringContaining("wanted"),
    });
    if (BEYOND_SCHEMA.has(name)) return;
    await expect(register(text)).rejects.toMatchObject({
      validationErrors: expect.arrayContaining([
        { field: expect.any(String), description: expect.any(String) },
      ]),
    });
  });
});

describe("the playground's Thing Models", () => {
  it.each(examples("tms/valid", false))("$name has no error", ({ text }) => {
    expect(errorsIn(text, "tm")).toEqual([]);
  });

  it.each(examples("tms/invalid", true))("$name is refused with a reason", ({ text }) => {
    const [first] = errorsIn(text, "tm");
    expect(first).toMatchObject({ line: expect.any(Number), wanted: expect.any(String) });
  });
});
