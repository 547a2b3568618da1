import { expect } from "@jest/globals";
import type { Assertion } from "./assertion";
import type { DirectoryApp } from "./directory-app";
import { sampleTd } from "./sample-td";

const ids = ["urn:example:a", "urn:example:b", "urn:example:c"];

async function page(app: DirectoryApp, url: string) {
  if (app.directory.size === 0) for (const id of ids) await app.put(id);
  const answer = await app.get(url);
  const link = answer.headers.get("link") ?? "";
  const next = /<([^>]*)>; rel="next"/.exec(link)?.[1];
  const canonical = /<([^>]*)>; rel="canonical"; etag="([^"]+)"/.exec(link);
  return { answer, next, canonical };
}

/** Things API: listing. */
export const listingAssertions: readonly Assertion[] = [
  {
    id: "tdd-things-list-only",
    check: async ({ app }) => {
      expect((await page(app, "/things")).answer.json()).toHaveLength(3);
    },
  },
  {
    id: "tdd-things-list-method",
    check: async ({ app }) => {
      expect((await app.get("/things")).json()).toEqual([]);
      expect((await page(app, "/things")).answer.status).toBe(200);
    },
  },
  {
    id: "tdd-things-list-resp",
    check: async ({ app }) => {
      const { answer } = await page(app, "/things");
      expect([answer.status, answer.json()]).toEqual([
        200,
        ids.map((id) => expect.objectContaining({ id, title: id })),
      ]);
    },
  },
  {
    id: "tdd-things-list-resp-content-type",
    check: async ({ app }) => {
      const { answer } = await page(app, "/things");
      expect(answer.headers.get("content-type")).toBe("application/ld+json");
    },
  },
  {
    id: "tdd-things-list-pagination",
    check: async ({ app }) => {
      expect((await page(app, "/things?offset=1&limit=1")).answer.json()).toMatchObject([
        { id: ids[1] },
      ]);
    },
  },
  {
    id: "tdd-things-list-pagination-limit",
    check: async ({ app }) => {
      expect((await page(app, "/things?limit=2")).answer.json()).toHaveLength(2);
      expect((await page(app, "/things?limit=9")).answer.json()).toHaveLength(3);
      expect((await app.get("/things?limit=0")).status).toBe(400);
    },
  },
  {
    id: "tdd-things-list-pagination-header-nextlink",
    check: async ({ app }) => {
      expect((await page(app, "/things?limit=2")).next).toBeDefined();
      expect((await page(app, "/things?offset=2&limit=2")).next).toBeUndefined();
      expect((await page(app, "/things?limit=3")).next).toBeUndefined();
    },
  },
  {
    id: "tdd-things-list-pagination-header-nextlink-attr",
    check: async ({ app }) => {
      const { next } = await page(app, "/things?limit=2&format=collection");
      const { searchParams } = new URL(next ?? "", app.base);
      expect(Object.fromEntries(searchParams)).toEqual({
        offset: "2",
        limit: "2",
        format: "collection",
      });
    },
  },
  {
    id: "tdd-things-list-pagination-header-nextlink-base",
    check: async ({ app }) => {
      const { next } = await page(app, "/things?limit=2");
      const { base } = (await app.get("/.well-known/wot")).json<{ base: string }>();
      const rest = await fetch(new URL(next ?? "", base));
      expect(await rest.json()).toMatchObject([{ id: ids[2] }]);
    },
  },
  {
    id: "tdd-things-list-pagination-header-canonicallink",
    check: async ({ app }) => {
      const first = await page(app, "/things?limit=2");
      const last = await page(app, first.next ?? "");
      expect(first.canonical?.[1]).toBe("/things");
      expect(last.canonical?.[0]).toBe(first.canonical?.[0]);
      await app.put("urn:example:d");
      expect((await page(app, "/things?limit=2")).canonical?.[2]).not.toBe(first.canonical?.[2]);
    },
  },
  {
    id: "tdd-things-list-pagination-order-default",
    check: async ({ app }) => {
      const unordered = ["urn:x:b", "urn:x:B", "urn:x:a:1", "urn:x:a~", "urn:x:a", "urn:x:a-b"];
      for (const id of unordered) await app.directory.put(id, sampleTd(id));
      const listed = (await app.get("/things")).json<{ id: string }[]>().map((td) => td.id);
      expect(listed).toEqual([
        "urn:x:B",
        "urn:x:a",
        "urn:x:a-b",
        "urn:x:a:1",
        "urn:x:a~",
        "urn:x:b",
      ]);
    },
  },
  {
    id: "tdd-things-list-pagination-collection",
    check: async ({ app }) => {
      const { answer } = await page(app, "/things?offset=0&limit=2&format=collection");
      expect(answer.json()).toEqual({
        "@context": "https://www.w3.org/2022/wot/discovery",
        "@type": "ThingCollection",
        "@id": "/things?offset=0&limit=2&format=collection",
        total: 3,
        members: [expect.objectContaining({ id: ids[0] }), expect.objectContaining({ id: ids[1] })],
        next: "/things?offset=2&limit=2&format=collection",
      });
    },
  },
];
