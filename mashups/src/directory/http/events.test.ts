import { systemClock, VirtualClock } from "@fogwot/core";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { callUrl } from "../../server/test/http-client";
import { Directory } from "../directory";
import { DirectoryApp } from "../test/directory-app";
import { needsTitle, sampleTd } from "../test/sample-td";

let app: DirectoryApp;

beforeEach(async () => {
  app = await DirectoryApp.start();
});
afterEach(() => app.stop());

async function createChangeDelete(id = "urn:a") {
  await app.put(id);
  await app.patch(id, { title: "new", support: "mailto:a@b.c", "fog:wsn": null });
  await app.send("DELETE", `/things/${id}`);
}

describe("an event stream", () => {
  it("tells of Things that are created, changed and deleted, by their ids", async () => {
    const stream = await app.events();
    expect(stream.response.headers).toMatchObject({
      "content-type": "text/event-stream",
      "cache-control": "no-store",
    });
    await createChangeDelete();
    await stream.until(() => stream.events.length === 3);
    expect(stream.events.map(({ type, data }) => [type, JSON.parse(data)])).toEqual([
      ["thing_created", { id: "urn:a" }],
      ["thing_updated", { id: "urn:a" }],
      ["thing_deleted", { id: "urn:a" }],
    ]);
    expect(new Set(stream.events.map(({ id }) => id)).size).toBe(3);
  });

  it("tells with diff=true the whole Thing, then what has changed, and of a deletion the id", async () => {
    const stream = await app.events("/events?diff=true");
    await app.put("urn:a");
    await stream.until(() => stream.events.length === 1);
    await app.patch("urn:a", { title: "new", support: "mailto:a@b.c", "fog:wsn": null });
    await app.send("DELETE", "/things/urn:a");
    await stream.until(() => stream.events.length === 3);
    const [created, updated, deleted] = stream.events.map(({ data }) => JSON.parse(data));
    expect(created).toMatchObject({ ...sampleTd("urn:a"), "@context": expect.anything() });
    expect(created.registration).toMatchObject({ created: expect.any(String) });
    expect(updated).toEqual({
      id: "urn:a",
      title: "new",
      support: "mailto:a@b.c",
      "fog:wsn": null,
    });
    expect(deleted).toEqual({ id: "urn:a" });
  });

  it.each(["thing_created", "thing_updated", "thing_deleted"])(
    "of type %s has no other",
    async (type) => {
      const [stream, all] = [await app.events(`/events/${type}`), await app.events()];
      await createChangeDelete("urn:a");
      await createChangeDelete("urn:b");
      await all.until(() => all.events.length === 6);
      await stream.until(() => stream.events.length === 2);
      expect(stream.summary).toEqual([`${type} urn:a`, `${type} urn:b`]);
    },
  );

  it("begins with what comes, or after the event that a client names", async () => {
    const first = await app.events();
    await createChangeDelete();
    await first.until(() => first.events.length === 3);
    const fresh = await app.events();
    const back = await app.events("/events", { "last-event-id": first.events[0]?.id ?? "" });
    const backForOne = await app.events("/events/thing_deleted", {
      "last-event-id": first.events[0]?.id ?? "",
    });
    await app.put("urn:b");
    await fresh.until(() => fresh.events.length === 1);
    expect(fresh.summary).toEqual(["thing_created urn:b"]);
    await back.until(() => back.events.length === 3);
    expect(back.summary).toEqual([
      "thing_updated urn:a",
      "thing_deleted urn:a",
      "thing_created urn:b",
    ]);
    expect(back.events.slice(0, 2)).toEqual(first.events.slice(1, 3));
    await backForOne.until(() => backForOne.events.length === 1);
    expect(backForOne.summary).toEqual(["thing_deleted urn:a"]);
  });

  it("says how many events are lost to who comes back too late", async () => {
    await app.stop();
    app = await DirectoryApp.start({ directory: { events: { maxEvents: 10 } } });
    const first = await app.events();
    await app.put("urn:first");
    await first.until(() => first.events.length === 1);
    for (let i = 0; i < 20; i++) await app.put(`urn:${i}`);
    const back = await app.events("/events", { "last-event-id": first.events[0]?.id ?? "" });
    await back.until(() => back.summary.at(-1) === "thing_created urn:19");
    expect(back.comments).toEqual([`${20 - back.events.length} events are no longer kept`]);
  });

  it("tells of an expiry when it happens", async () => {
    await app.stop();
    const clock = new VirtualClock(Date.UTC(2026, 0, 1));
    app = await DirectoryApp.start({ clock });
    const stream = await app.events("/events/thing_deleted");
    await app.put("urn:a", sampleTd("urn:a", { registration: { ttl: 60 } }));
    await clock.advance(60_000);
    await stream.until(() => stream.summary.length === 1);
    expect(stream.summary).toEqual(["thing_deleted urn:a"]);
  });

  it("is kept alive by comments, and ends with the server", async () => {
    const { clock, stream } = await withClock();
    await clock.advance(60_000);
    await stream.until(() => stream.comments.length === 2);
    await app.stop();
    await stream.until(() => stream.isClosed);
    expect(clock.pending).toBe(0);
    app = await DirectoryApp.start();
  });

  async function withClock() {
    await app.stop();
    const clock = new VirtualClock();
    app = await DirectoryApp.start({ clock });
    return { clock, stream: await app.events() };
  }

  it("brings 2,000 events in one burst to every subscriber, in order and without a gap", async () => {
    const streams = await Promise.all(
      Array.from({ length: 5 }, () => app.events("/events?diff=true")),
    );
    const ids = Array.from({ length: 2000 }, (_, i) => `urn:${i}`);
    await Promise.all(ids.map((id) => app.directory.put(id, sampleTd(id))));
    for (const stream of streams) {
      await stream.until(() => stream.events.length === 2000);
      expect(stream.summary).toEqual(ids.map((id) => `thing_created ${id}`));
    }
  });

  it("that is not read holds no memory and keeps nobody else waiting", async () => {
    const [slow, fast] = [await app.events("/events?diff=true"), await app.events()];
    slow.response.pause();
    const td = (i: number) => ({ ...sampleTd(`urn:${i}`), description: "x".repeat(100_000) });
    for (let i = 0; i < 150; i++) await app.directory.put(`urn:${i}`, td(i));
    await fast.until(() => fast.events.length === 150);
    slow.response.resume();
    await slow.until(() => slow.events.length === 150);
    expect(slow.summary).toEqual(fast.summary);
  });
});

describe("a subscription", () => {
  it("beyond the limit is refused until one ends", async () => {
    await app.stop();
    app = await DirectoryApp.start({ routes: { maxSubscribers: 2 } });
    const streams = [await app.events(), await app.events()];
    const refused = await app.get("/events", { accept: "text/event-stream" });
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "10"]);
    expect(refused.json()).toMatchObject({ code: "OVERLOADED", details: { maxSubscribers: 2 } });
    streams[0]?.close();
    for (let status = 503; status !== 200; await systemClock.sleep(10)) {
      const stream = await app.events();
      status = stream.response.statusCode ?? 0;
    }
  });

  it.each([
    ["/events/thing_renamed", "text/event-stream", 404],
    ["/events", "application/json", 406],
    ["/events?diff=yes", "text/event-stream", 400],
    ["/events?dif=true", "text/event-stream", 400],
  ])("of %s as %s is answered %i, with problem details", async (url, accept, status) => {
    for (const method of ["GET", "HEAD"]) {
      const answer = await callUrl(app.base, { method, url, headers: { accept } });
      expect(answer.status).toBe(status);
      if (method === "GET") expect(answer.json()).toMatchObject({ status });
    }
  });

  it("is not begun by HEAD", async () => {
    for (const url of ["/events", "/events/thing_created?diff=true"]) {
      const answer = await callUrl(app.base, { method: "HEAD", url });
      expect([answer.status, answer.headers.get("content-type")]).toEqual([
        200,
        "text/event-stream",
      ]);
    }
  });

  it("is told of nothing that is not on disk", async () => {
    const directory = new Directory({
      validate: needsTitle,
      file: `${__filename}/directory.jsonl`,
    });
    const heard: string[] = [];
    directory.journal.onEvent(({ id }) => heard.push(id));
    const putting = directory.put("urn:a", sampleTd("urn:a"));
    expect([directory.has("urn:a"), heard]).toEqual([true, []]);
    await expect(putting).rejects.toMatchObject({ code: "DIRECTORY_FILE" });
    // The Thing is served, and so its event is told, once it is known that the disk refuses.
    expect(heard).toEqual(["urn:a"]);
  });
});
