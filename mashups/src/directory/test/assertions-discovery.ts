import { expect } from "@jest/globals";
import { bearerAuthorization } from "../../server/http/bearer";
import { callUrl } from "../../server/test/http-client";
import type { Assertion } from "./assertion";
import { DirectoryApp, token } from "./directory-app";
import { sampleTd } from "./sample-td";

const id = "urn:example:simple-td";

const own = async (app: DirectoryApp) =>
  (await app.get("/.well-known/wot")).json<Record<string, unknown>>();

async function eventsOf(app: DirectoryApp, path: string) {
  const [stream, all] = [await app.events(path), await app.events()];
  await app.put(id);
  await app.patch(id, { title: "new", "fog:wsn": null });
  await app.send("DELETE", `/things/${id}`);
  await all.until(() => all.events.length === 3);
  return { stream, all };
}

const data = (text: string | undefined) => JSON.parse(text ?? "") as Record<string, unknown>;

/** How it is found, what it says of itself, notifications and searches. */
export const discoveryAssertions: readonly Assertion[] = [
  ...[
    "introduction-well-known-uri",
    "introduction-well-known-path",
    "introduction-well-known-thing-description",
    "introduction-direct-directory-description",
  ].map((name) => ({
    id: name,
    check: async ({ app }: { app: DirectoryApp }) => {
      expect(await own(app)).toMatchObject({
        title: "Directory of test",
        properties: { things: {} },
      });
    },
  })),
  {
    id: "introduction-core-rd",
    check: async ({ app }) => {
      const answer = await app.get("/.well-known/core");
      expect(answer.headers.get("content-type")).toBe("application/link-format");
      expect(answer.body).toContain("</.well-known/wot>");
    },
  },
  {
    id: "introduction-core-rd-resource-type-directory",
    check: async ({ app }) => {
      expect((await app.get("/.well-known/core")).body).toContain('rt="wot.directory"');
    },
  },
  {
    id: "exploration-directory-description-type",
    check: async ({ app }) => {
      expect((await own(app))["@type"]).toBe("ThingDirectory");
    },
  },
  ...["exploration-link-description-type", "exploration-link-description-link"].map((name) => ({
    id: name,
    check: async ({ app }: { app: DirectoryApp }) => {
      const { actions: _, ...td } = sampleTd(id);
      const link = {
        rel: "describedby",
        href: "http://127.0.0.1:1/td",
        type: "application/td+json",
      };
      const discovery = [
        "https://www.w3.org/2022/wot/td/v1.1",
        "https://www.w3.org/2022/wot/discovery",
      ];
      const thingLink = {
        ...td,
        "@context": discovery,
        "@type": "ThingLink",
        "fog:wsn": undefined,
        links: [link],
      };
      expect((await app.put(id, thingLink)).status).toBe(201);
      expect((await app.get(`/things/${id}`)).json()).toMatchObject({
        "@type": "ThingLink",
        links: [link],
      });
    },
  })),
  {
    id: "exploration-secboot-401",
    check: async () => {
      const authorizeRead = bearerAuthorization(token);
      const locked = await DirectoryApp.start({ routes: { authorizeRead } });
      try {
        const answer = await locked.get("/.well-known/wot");
        expect(answer.status).toBe(401);
        expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer /);
        expect((await locked.send("GET", "/.well-known/wot")).json()).toMatchObject({
          security: ["bearer_sc"],
        });
      } finally {
        await locked.stop();
      }
    },
  },
  {
    id: "exploration-server-http-method",
    check: async ({ app }) => {
      expect((await app.get("/.well-known/wot")).status).toBe(200);
    },
  },
  {
    id: "exploration-server-http-resp",
    check: async ({ app }) => {
      await app.put(id);
      const answer = await app.get(`/things/${id}`);
      expect([answer.status, answer.json().id]).toEqual([200, id]);
    },
  },
  {
    id: "exploration-server-http-resp-content-type",
    check: async ({ app }) => {
      const answer = await app.get("/.well-known/wot");
      expect(answer.headers.get("content-type")).toBe("application/td+json");
    },
  },
  {
    id: "exploration-server-http-resp-json",
    check: async ({ app }) => {
      expect(await own(app)).toHaveProperty("@context");
    },
  },
  {
    id: "exploration-server-http-alternate-content",
    check: async ({ app }) => {
      const answer = await app.get("/.well-known/wot", { accept: "application/ld+json" });
      expect(answer.headers.get("content-type")).toBe("application/ld+json");
      expect((await app.get("/.well-known/wot", { accept: "text/turtle" })).status).toBe(406);
    },
  },
  ...["exploration-server-http-head", "tdd-http-head"].map((name) => ({
    id: name,
    check: async ({ app }: { app: DirectoryApp }) => {
      await app.put(id);
      const urls = [
        "/.well-known/wot",
        "/.well-known/core",
        "/things",
        `/things/${id}`,
        "/events",
        "/events/thing_created",
        "/search/jsonpath?query=$",
        "/search/semantic",
      ];
      for (const url of urls) {
        const head = await callUrl(app.base, { method: "HEAD", url });
        expect([url, head.status, head.body]).toEqual([url, 200, ""]);
        if (url.startsWith("/events")) continue;
        const get = await app.get(url);
        for (const name of ["content-type", "content-length", "link"]) {
          expect(head.headers.get(name)).toBe(get.headers.get(name));
        }
      }
    },
  })),
  {
    id: "tdd-http-representation-alternate-output",
    check: async ({ app }) => {
      await app.put(id, { ...sampleTd(id), description: "x".repeat(2000) });
      const answer = await app.get("/things", { "accept-encoding": "gzip" });
      expect(answer.headers.get("content-encoding")).toBe("gzip");
      expect(answer.json()).toMatchObject([{ id }]);
    },
  },
  {
    id: "tdd-notification",
    check: async ({ app }) => {
      expect((await eventsOf(app, "/events")).all.events).toHaveLength(3);
    },
  },
  {
    id: "tdd-notification-sse",
    check: async ({ app }) => {
      const { response } = await app.events();
      expect([response.statusCode, response.headers["content-type"]]).toEqual([
        200,
        "text/event-stream",
      ]);
    },
  },
  {
    id: "tdd-notification-event-id",
    check: async ({ app }) => {
      const { all } = await eventsOf(app, "/events");
      const back = await app.events("/events", { "last-event-id": all.events[0]?.id ?? "" });
      await back.until(() => back.events.length === 2);
      expect(back.events).toEqual(all.events.slice(1));
    },
  },
  {
    id: "tdd-notification-event-types",
    check: async ({ app }) => {
      const { all } = await eventsOf(app, "/events");
      expect(all.events.map(({ type }) => type)).toEqual([
        "thing_created",
        "thing_updated",
        "thing_deleted",
      ]);
    },
  },
  {
    id: "tdd-notification-filter-type",
    check: async ({ app }) => {
      const { stream } = await eventsOf(app, "/events/thing_deleted");
      await stream.until(() => stream.events.length > 0);
      expect(stream.summary).toEqual([`thing_deleted ${id}`]);
    },
  },
  {
    id: "tdd-notification-data",
    check: async ({ app }) => {
      const { all } = await eventsOf(app, "/events");
      for (const event of all.events) expect(() => data(event.data)).not.toThrow();
    },
  },
  {
    id: "tdd-notification-data-td-id",
    check: async ({ app }) => {
      const { all } = await eventsOf(app, "/events");
      expect(all.events.map((event) => data(event.data))).toEqual([{ id }, { id }, { id }]);
    },
  },
  {
    id: "tdd-notification-data-create-full",
    check: async ({ app }) => {
      const stream = await app.events("/events/thing_created?diff=true");
      await app.put(id);
      await stream.until(() => stream.events.length === 1);
      expect(data(stream.events[0]?.data)).toMatchObject({ id, title: id, registration: {} });
    },
  },
  ...["tdd-notification-data-update-diff", "tdd-notification-data-update-id"].map((name) => ({
    id: name,
    check: async ({ app }: { app: DirectoryApp }) => {
      const { stream } = await eventsOf(app, "/events/thing_updated?diff=true");
      await stream.until(() => stream.events.length === 1);
      expect(data(stream.events[0]?.data)).toEqual({ id, title: "new", "fog:wsn": null });
    },
  })),
  {
    id: "tdd-notification-data-delete-diff",
    check: async ({ app }) => {
      const { stream } = await eventsOf(app, "/events/thing_deleted?diff=true");
      await stream.until(() => stream.events.length === 1);
      expect(data(stream.events[0]?.data)).toEqual({ id });
    },
  },
  {
    id: "tdd-search-large-tdds",
    check: async ({ app }) => {
      await app.put(id);
      const query = encodeURIComponent("$[?@.title=='urn:example:simple-td'].id");
      expect((await app.get(`/search/jsonpath?query=${query}`)).json()).toEqual([id]);
      expect((await app.get("/search/semantic?type=fog:Device")).json()).toMatchObject([{ id }]);
    },
  },
];
