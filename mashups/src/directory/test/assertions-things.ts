import { expect } from "@jest/globals";
import { callUrl } from "../../server/test/http-client";
import type { Assertion } from "./assertion";
import { sampleTd } from "./sample-td";

const id = "urn:example:simple-td";
const things = `/things/${id}`;
const { id: _, ...anonymous } = sampleTd(id);
const uuid = /^urn:uuid:[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;
const json = "application/json";

/** Things API: create, retrieve, update, delete. */
export const thingsAssertions: readonly Assertion[] = [
  {
    id: "tdd-things-crud",
    check: async ({ app }) => {
      expect((await app.put(id)).status).toBe(201);
      expect((await app.get(things)).status).toBe(200);
      expect((await app.put(id)).status).toBe(204);
      expect((await app.send("DELETE", things)).status).toBe(204);
    },
  },
  {
    id: "tdd-things-crudl",
    check: async ({ app }) => {
      await app.put(id);
      expect((await app.get("/things")).json()).toMatchObject([{ id }]);
    },
  },
  {
    id: "tdd-things-read-only-auth",
    check: async ({ app }) => {
      await app.put(id);
      for (const method of ["PUT", "PATCH", "DELETE"]) {
        expect((await callUrl(app.base, { method, url: things })).status).toBe(401);
      }
      expect((await callUrl(app.base, { method: "POST", url: "/things" })).status).toBe(401);
      expect((await app.get(things)).status).toBe(200);
    },
  },
  {
    id: "tdd-things-default-representation",
    check: async ({ app }) => {
      const headers = { authorization: "" };
      const untyped = await app.send("PUT", things, { body: sampleTd(id), type: json });
      expect(untyped.status).toBe(201);
      expect((await app.get(things, headers)).json()).toHaveProperty("@context");
      expect(Array.isArray((await app.get("/things")).json())).toBe(true);
    },
  },
  {
    id: "tdd-things-create-known-vs-anonymous",
    check: async ({ app }) => {
      expect((await app.send("POST", "/things", { body: sampleTd(id) })).status).toBe(400);
      expect((await app.put(id, anonymous)).status).toBe(400);
    },
  },
  {
    id: "tdd-things-create-known-td",
    check: async ({ app }) => {
      await app.put(id);
      expect((await app.get(things)).json()).toMatchObject({ id });
      expect((await app.put("urn:example:other", sampleTd(id))).status).toBe(400);
    },
  },
  {
    id: "tdd-things-create-known-contenttype",
    check: async ({ app }) => {
      const sent = await app.send("PUT", things, {
        body: sampleTd(id),
        type: "application/td+json",
      });
      expect(sent.status).toBe(201);
    },
  },
  {
    id: "tdd-things-create-known-td-resp",
    check: async ({ app }) => {
      const created = await app.put(id);
      expect([created.status, created.headers.get("location")]).toEqual([201, things]);
    },
  },
  {
    id: "tdd-things-create-anonymous-td",
    check: async ({ app }) => {
      const created = await app.send("POST", "/things", { body: anonymous });
      const td = await app.get(created.headers.get("location") ?? "");
      expect(td.json()).toMatchObject({ title: id });
    },
  },
  {
    id: "tdd-things-create-anonymous-contenttype",
    check: async ({ app }) => {
      const type = "application/td+json";
      expect((await app.send("POST", "/things", { body: anonymous, type })).status).toBe(201);
    },
  },
  {
    id: "tdd-things-create-anonymous-id",
    check: async ({ app }) => {
      await app.send("POST", "/things", { body: anonymous });
      await app.send("POST", "/things", { body: anonymous });
      const ids = (await app.get("/things")).json<{ id: string }[]>().map((td) => td.id);
      expect(new Set(ids).size).toBe(2);
    },
  },
  {
    id: "tdd-things-create-anonymous-td-resp",
    check: async ({ app }) => {
      const created = await app.send("POST", "/things", { body: anonymous });
      expect(created.status).toBe(201);
      expect(created.headers.get("location")).toMatch(/^\/things\/urn:uuid:/);
    },
  },
  {
    id: "tdd-anonymous-td-identifier",
    check: async ({ app }) => {
      const created = await app.send("POST", "/things", { body: anonymous });
      const location = created.headers.get("location") ?? "";
      const localId = location.slice("/things/".length);
      expect((await app.get(location)).json()).toMatchObject({ id: localId });
      expect((await app.get("/things")).json()).toMatchObject([{ id: localId }]);
      expect((await app.get("/search/jsonpath?query=$[*].id")).json()).toEqual([localId]);
    },
  },
  {
    id: "tdd-anonymous-td-local-uuid",
    check: async ({ app }) => {
      await app.send("POST", "/things", { body: anonymous });
      const [td] = (await app.get("/things")).json<{ id: string }[]>();
      expect(td?.id).toMatch(uuid);
    },
  },
  {
    id: "tdd-things-retrieve",
    check: async ({ app }) => {
      await app.put(id);
      expect((await app.get(things)).status).toBe(200);
      expect((await app.get(`/things/${encodeURIComponent(id)}`)).status).toBe(200);
      expect((await app.get("/things/urn:example:none")).status).toBe(404);
    },
  },
  {
    id: "tdd-things-retrieve-resp",
    check: async ({ app }) => {
      await app.put(id);
      const { "@context": _context, ...td } = sampleTd(id);
      expect((await app.get(things)).json()).toMatchObject(td);
    },
  },
  {
    id: "tdd-things-retrieve-resp-content-type",
    check: async ({ app }) => {
      await app.put(id);
      expect((await app.get(things)).headers.get("content-type")).toBe("application/td+json");
      const asJson = await app.get(things, { accept: json });
      expect(asJson.headers.get("content-type")).toBe(json);
    },
  },
  {
    id: "tdd-things-update",
    check: async ({ app }) => {
      await app.put(id, { ...sampleTd(id), description: "old" });
      await app.put(id, sampleTd(id, { title: "new" }));
      const td = (await app.get(things)).json();
      expect(td.title).toBe("new");
      expect(td).not.toHaveProperty("description");
    },
  },
  {
    id: "tdd-things-update-contenttype",
    check: async ({ app }) => {
      await app.put(id);
      const type = "application/td+json";
      expect((await app.send("PUT", things, { body: sampleTd(id), type })).status).toBe(204);
    },
  },
  {
    id: "tdd-things-update-resp",
    check: async ({ app }) => {
      await app.put(id);
      const updated = await app.put(id);
      expect([updated.status, updated.body]).toEqual([204, ""]);
    },
  },
  {
    id: "tdd-things-update-partial",
    check: async ({ app }) => {
      await app.put(id);
      await app.patch(id, { title: "patched" });
      expect((await app.get(things)).json()).toMatchObject({
        ...sampleTd(id),
        title: "patched",
        "@context": expect.anything(),
      });
    },
  },
  {
    id: "tdd-things-update-partial-mergepatch",
    check: async ({ app }) => {
      await app.put(id, { ...sampleTd(id), support: "https://example.com/" });
      await app.patch(id, { support: null, actions: { getData: { title: "t" } } });
      const td = (await app.get(things)).json();
      expect(td).not.toHaveProperty("support");
      expect(td.actions).toEqual({ getData: { forms: expect.anything(), title: "t" } });
    },
  },
  {
    id: "tdd-things-update-partial-contenttype",
    check: async ({ app }) => {
      await app.put(id);
      expect((await app.patch(id, {}, "application/merge-patch+json")).status).toBe(204);
      expect((await app.patch(id, {}, json)).status).toBe(415);
    },
  },
  {
    id: "tdd-things-update-partial-partialtd",
    check: async ({ app }) => {
      await app.put(id);
      expect((await app.patch(id, { properties: [] })).status).toBe(400);
      expect((await app.patch(id, "title")).status).toBe(400);
    },
  },
  {
    id: "tdd-things-update-partial-resp",
    check: async ({ app }) => {
      await app.put(id);
      const patched = await app.patch(id, { title: "patched" });
      expect([patched.status, patched.body]).toEqual([204, ""]);
    },
  },
  {
    id: "tdd-things-delete",
    check: async ({ app }) => {
      await app.put(id);
      await app.send("DELETE", things);
      expect((await app.get(things)).status).toBe(404);
      expect((await app.get("/things")).json()).toEqual([]);
    },
  },
  {
    id: "tdd-things-delete-resp",
    check: async ({ app }) => {
      await app.put(id);
      const deleted = await app.send("DELETE", things);
      expect([deleted.status, deleted.body]).toEqual([204, ""]);
    },
  },
];
