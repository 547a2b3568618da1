import { expect } from "@jest/globals";
import type { Assertion } from "./assertion";
import type { DirectoryApp } from "./directory-app";
import { sampleTd } from "./sample-td";

const id = "urn:example:simple-td";
const now = "2026-01-01T00:00:00.000Z";
const later = "2026-01-01T01:00:00.000Z";
const problemType = "application/problem+json; charset=utf-8";

async function registrationAfter(app: DirectoryApp, registration?: object) {
  const answer = await app.put(id, sampleTd(id, { registration }));
  expect(answer.status).toBeLessThan(300);
  return registrationOf(app);
}

async function registrationOf(app: DirectoryApp) {
  return (await app.get(`/things/${id}`)).json<{ registration: Record<string, unknown> }>()
    .registration;
}

/** Registration information, validation and errors. */
export const registrationAssertions: readonly Assertion[] = [
  {
    id: "tdd-context-injection",
    check: async ({ app }) => {
      await app.put(id);
      for (const url of [`/things/${id}`, "/things", "/search/jsonpath?query=$[0]"]) {
        const [td] = [(await app.get(url)).json<Record<string, unknown>>()].flat();
        expect(td?.["@context"]).toContain("https://www.w3.org/2022/wot/discovery");
      }
    },
  },
  {
    id: "tdd-absolute-time",
    check: async ({ app }) => {
      const offset = await registrationAfter(app, { expires: "2026-01-01T02:00:00.5+01:00" });
      expect(offset.expires).toBe("2026-01-01T01:00:00.500Z");
      for (const expires of ["2026-01-01T02:00:00", "2026-01-01", 1767225600, "tomorrow"]) {
        expect((await app.patch(id, { registration: { expires } })).status).toBe(400);
      }
    },
  },
  {
    id: "tdd-registrationinfo-vocab-created",
    check: async ({ app, advance }) => {
      const sent = { created: "1999-01-01T00:00:00Z" };
      expect((await registrationAfter(app, sent)).created).toBe(now);
      await advance(3_600_000);
      expect((await registrationAfter(app)).created).toBe(now);
    },
  },
  {
    id: "tdd-registrationinfo-vocab-modified",
    check: async ({ app, advance }) => {
      const sent = { modified: "1999-01-01T00:00:00Z" };
      expect((await registrationAfter(app, sent)).modified).toBe(now);
      await advance(3_600_000);
      await app.patch(id, { title: "new" });
      expect((await registrationOf(app)).modified).toBe(later);
    },
  },
  {
    id: "tdd-registrationinfo-vocab-expires",
    check: async ({ app }) => {
      expect((await registrationAfter(app, { expires: later })).expires).toBe(later);
      const both = { expires: later, ttl: 60 };
      expect((await registrationAfter(app, both)).expires).toBe("2026-01-01T00:01:00.000Z");
      expect(await registrationAfter(app)).not.toHaveProperty("expires");
    },
  },
  {
    id: "tdd-registrationinfo-vocab-ttl",
    check: async ({ app, advance }) => {
      expect(await registrationAfter(app, { ttl: 3600 })).toMatchObject({
        ttl: 3600,
        expires: later,
      });
      await advance(1000);
      await app.patch(id, {});
      expect((await registrationOf(app)).expires).toBe("2026-01-01T01:00:01.000Z");
    },
  },
  {
    id: "tdd-registrationinfo-vocab-retrieved",
    check: async ({ app, advance }) => {
      expect((await registrationAfter(app)).retrieved).toBe(now);
      await advance(3_600_000);
      expect((await registrationOf(app)).retrieved).toBe(later);
    },
  },
  {
    id: "tdd-registrationinfo-expiry-purge",
    check: async ({ app, advance }) => {
      await registrationAfter(app, { ttl: 60 });
      await advance(59_999);
      expect((await app.get(`/things/${id}`)).status).toBe(200);
      await advance(1);
      expect((await app.get(`/things/${id}`)).status).toBe(404);
      expect((await app.get("/things")).json()).toEqual([]);
    },
  },
  {
    id: "tdd-validation-syntactic",
    check: async ({ app }) => {
      expect((await app.put(id, { id, title: 5 })).status).toBe(400);
      expect((await app.send("POST", "/things", { body: "{" })).status).toBe(400);
    },
  },
  {
    id: "tdd-validation-jsonschema",
    check: async ({ app }) => {
      const td = sampleTd(id);
      expect(
        (await app.put(id, { ...td, "@context": "https://www.w3.org/2019/wot/td/v1" })).status,
      ).toBe(201);
      expect((await app.put(id, { ...td, security: undefined })).status).toBe(400);
      expect((await app.put(id, { ...td, properties: { a: { forms: [] } } })).status).toBe(400);
      expect((await app.put(id, { ...td, registration: { ttl: "60" } })).status).toBe(400);
    },
  },
  {
    id: "tdd-validation-result",
    check: async ({ app }) => {
      const answer = await app.put(id, { ...sampleTd(id), title: 5, base: 7 });
      const fields = answer.json<{ validationErrors: { field: string }[] }>().validationErrors;
      expect(fields.map(({ field }) => field).sort()).toEqual(["/base", "/title"]);
    },
  },
  {
    id: "tdd-validation-response",
    check: async ({ app }) => {
      const answer = await app.put(id, { id });
      expect(answer.headers.get("content-type")).toBe(problemType);
      expect(answer.json()).toMatchObject({
        status: 400,
        title: expect.any(String),
        detail: expect.any(String),
        validationErrors: expect.arrayContaining([
          { field: "(root)", description: expect.stringContaining("title") },
        ]),
      });
    },
  },
  {
    id: "tdd-validation-response-utf-8",
    check: async ({ app }) => {
      const answer = await app.put(id, { ...sampleTd(id), "@context": "grün 😀" });
      expect(answer.headers.get("content-type")).toBe(problemType);
      expect(answer.body).toContain("grün 😀");
    },
  },
  {
    id: "tdd-http-error-response",
    check: async ({ app }) => {
      for (const [url, status] of [
        ["/things/none", 404],
        ["/nowhere", 404],
        ["/things?limit=x", 400],
        ["/search/sparql?query=ASK{}", 404],
      ] as const) {
        const answer = await app.get(url);
        expect(answer.headers.get("content-type")).toBe(problemType);
        expect(answer.json()).toMatchObject({ status, title: expect.any(String) });
      }
    },
  },
  {
    id: "tdd-http-error-response-utf-8",
    check: async ({ app }) => {
      const answer = await app.get(`/things/${encodeURIComponent("urn:grün:😀")}`);
      expect(answer.json<{ detail: string }>().detail).toContain("urn:grün:😀");
    },
  },
  {
    id: "tdd-http-unsupported-feature",
    check: async ({ app }) => {
      expect((await app.get("/things?sort_by=title")).status).toBe(400);
      expect((await app.get("/search/sparql?query=ASK%7B%7D")).status).toBe(404);
      const patch = await app.send("PATCH", "/things", { body: {} });
      expect([patch.status, patch.headers.get("allow")]).toEqual([405, "GET, HEAD, POST"]);
    },
  },
];
