import { VirtualClock } from "@fogwot/core";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import type { Answer } from "../../server/test/http-client";
import { DirectoryApp } from "../test/directory-app";
import { sampleTd } from "../test/sample-td";

const startMs = Date.UTC(2026, 0, 1);
const ids = Array.from({ length: 12 }, (_, i) => `urn:${String.fromCharCode(97 + i)}`);
let app: DirectoryApp;

beforeAll(async () => {
  app = await DirectoryApp.start({ clock: new VirtualClock(startMs) });
  for (const id of ids) await app.put(id);
});
afterAll(() => app.stop());

const idsOf = (answer: Answer) => answer.json<{ id: string }[]>().map((td) => td.id);

/** `{next: "/things?…", canonical: …}`, with the parameters of each. */
function linksOf(answer: Answer) {
  const links = [...(answer.headers.get("link") ?? "").matchAll(/<([^>]*)>; rel="(\w+)"([^,]*)/g)];
  return Object.fromEntries(
    links.map(([, target, rel, rest]) => [rel, { target, rest: rest ?? "" }]),
  ) as Record<string, { target: string; rest: string } | undefined>;
}

it("leads through all pages, each of which says where the collection is and in which state", async () => {
  const seen: string[] = [];
  const states = new Set<string>();
  for (let url: string | undefined = "/things?limit=5"; url; ) {
    const answer: Answer = await app.get(url);
    const { next, canonical } = linksOf(answer);
    seen.push(...idsOf(answer));
    states.add(canonical?.rest ?? "");
    expect(canonical?.target).toBe("/things");
    url = next?.target;
    if (url) expect(url).toBe(`/things?offset=${seen.length}&limit=5`);
  }
  expect(seen).toEqual(ids);
  expect([...states][0]).toMatch(/^; etag="[^"]+"$/);
  expect(states.size).toBe(1);
});

it.each([
  ["/things", ids],
  ["/things?offset=10", ids.slice(10)],
  ["/things?offset=12", []],
  ["/things?offset=99&limit=3", []],
  ["/things?limit=12", ids],
  ["/things?limit=999999", ids],
  ["/things/?limit=1", ids.slice(0, 1)],
])("gives %s without a next page", async (url, wanted) => {
  const answer = await app.get(url);
  expect(idsOf(answer)).toEqual(wanted);
  if (url.startsWith("/things/?")) return;
  expect(linksOf(answer)).toEqual({ canonical: expect.objectContaining({ target: "/things" }) });
});

it("gives another etag when a Thing comes or goes, and not when one is changed", async () => {
  const etag = async () => linksOf(await app.get("/things?limit=1")).canonical?.rest;
  const before = await etag();
  await app.put("urn:a", sampleTd("urn:a", { title: "changed" }));
  expect(await etag()).toBe(before);
  await app.put("urn:z");
  const after = await etag();
  expect(after).not.toBe(before);
  await app.send("DELETE", "/things/urn:z");
  expect(await etag()).not.toBe(after);
});

it("wraps a page in its collection where that is asked for, and keeps on doing so", async () => {
  const answer = await app.get("/things?limit=10&format=collection");
  const body = answer.json<{ members: { id: string }[] }>();
  expect(body).toMatchObject({
    "@context": "https://www.w3.org/2022/wot/discovery",
    "@type": "ThingCollection",
    "@id": "/things?offset=0&limit=10&format=collection",
    total: 12,
    next: "/things?offset=10&limit=10&format=collection",
  });
  expect(body.members.map(({ id }) => id)).toEqual(ids.slice(0, 10));
  const last = (await app.get("/things?offset=10&limit=10&format=collection")).json();
  expect(last).not.toHaveProperty("next");
  expect(last.members).toHaveLength(2);
});

it("says of every Thing when it was retrieved, on the clock that the rest is on", async () => {
  const retrieved = "2026-01-01T00:00:00.000Z";
  for (const td of (await app.get("/things")).json<{ registration: object }[]>()) {
    expect(td.registration).toEqual({
      created: retrieved,
      modified: retrieved,
      retrieved,
      "fog:availability": "unknown",
      "fog:lastSeen": retrieved,
    });
  }
});

it.each([
  "limit=0",
  "limit=-1",
  "limit=1.5",
  "limit=x",
  "limit=",
  "limit=1&limit=2",
  "offset=-1",
  "offset=x",
  "format=xml",
  "sort_by=title",
  "lmit=1",
])("refuses ?%s, and names the parameter", async (query) => {
  const answer = await app.get(`/things?${query}`);
  expect(answer.status).toBe(400);
  expect(answer.json().details).toMatchObject({ path: `?${query.split("=")[0]}` });
});

it("is whole JSON of the promised length while Things come and go", async () => {
  const other = await DirectoryApp.start();
  const large = (id: string) => ({ ...sampleTd(id), description: "é".repeat(20_000) });
  for (let i = 0; i < 60; i++) await other.put(`urn:${i}`, large(`urn:${i}`));
  const changing = (async () => {
    for (let i = 0; i < 60; i += 2) await other.send("DELETE", `/things/urn:${i}`);
  })();
  const headers = { "accept-encoding": "identity" };
  const answers = await Promise.all(Array.from({ length: 5 }, () => other.get("/things", headers)));
  await changing;
  for (const answer of answers) {
    expect(Buffer.byteLength(answer.body)).toBe(Number(answer.headers.get("content-length")));
    expect(idsOf(answer).length).toBeGreaterThanOrEqual(30);
  }
  await other.stop();
});
