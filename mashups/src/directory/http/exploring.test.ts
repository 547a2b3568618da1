import {
  discover,
  exploreDirectory,
  isThingDirectory,
  registrationOf,
  requestThingDescription,
} from "@fogwot/core";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { DirectoryApp } from "../test/directory-app";
import { sampleTd } from "../test/sample-td";

let app: DirectoryApp;
const ids = Array.from({ length: 250 }, (_, i) => `urn:x:${String(i).padStart(3, "0")}`);

beforeAll(async () => {
  app = await DirectoryApp.start();
  await Promise.all(ids.map((id) => app.directory.put(id, sampleTd(id))));
});
afterAll(() => app.stop());

const wellKnown = () => `${app.base}/.well-known/wot`;

it("our exploring client reads our directory page by page", async () => {
  const things = await (await exploreDirectory(wellKnown())).toArray();
  expect(things.map(({ id }) => id)).toEqual(ids);
  expect(registrationOf(things[0] ?? {})).toMatchObject({ silenceMs: expect.any(Number) });
});

it("finds it by its CoRE link, and Things by what they mean", async () => {
  const query = { type: ["https://fogwot.dev/ns#Device"], fragment: { title: "urn:x:007" } };
  const found = discover([`${app.base}/.well-known/core`], { query });
  expect((await found.toArray()).map(({ id }) => id)).toEqual(["urn:x:007"]);
  expect(found.findings).toEqual([]);
});

it("reads the results of a semantic search as a listing", async () => {
  const url = `${app.base}/search/semantic?type=fog:Device&limit=100`;
  expect(await (await exploreDirectory(url)).toArray()).toHaveLength(250);
});

it("misses no Thing that stays, while others come and go", async () => {
  let isOver = false;
  const churning = (async () => {
    for (let i = 0; !isOver; i++) {
      await app.put(`urn:x:${i}-guest`);
      await app.send("DELETE", `/things/urn:x:${i}-guest`);
    }
  })();
  const exploring = await exploreDirectory(wellKnown(), { pageSize: 5 });
  const things = await exploring.toArray();
  isOver = true;
  await churning;
  const found = new Set(things.map(({ id }) => id));
  expect(ids.filter((id) => !found.has(id))).toEqual([]);
  expect(exploring.findings).toEqual([]);
});

it("fetches one Thing Description, and the directory's own", async () => {
  expect(await requestThingDescription(`${app.base}/things/urn:x:001`)).toMatchObject({
    id: "urn:x:001",
  });
  const own = (await requestThingDescription(wellKnown())) as Readonly<Record<string, unknown>>;
  expect(isThingDirectory(own)).toBe(true);
});
