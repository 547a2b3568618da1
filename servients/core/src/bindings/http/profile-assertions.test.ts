import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type BindingServer, Rig, until } from "../compliance";
import type { HttpBindingServer } from "./server/server";
import { EventReader } from "./testing/event-reader";
import { openHttpHarness } from "./testing/harness";
import { Relay } from "./testing/relay";

/** W3C WoT Profiles: HTTP Basic and HTTP SSE, by the ids of their assertions. */
const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

let rig: Rig;
let base: string;
beforeAll(async () => {
  rig = await new Rig(await openHttpHarness(), { title: "profile" }).start();
  base = `${baseUrl(rig.server)}/profile`;
});
afterAll(() => rig.stop());

const baseUrl = (server: BindingServer): string => (server as unknown as HttpBindingServer).baseUrl;
const send = (method: string, path: string, body?: unknown, type = "application/json") =>
  fetch(base + path, {
    method,
    ...(body === undefined
      ? {}
      : {
          headers: { "Content-Type": type },
          body: typeof body === "string" ? body : JSON.stringify(body),
        }),
  });

/** Of an ActionStatus, what is looked at here. */
interface Status {
  readonly status: string;
  readonly href: string;
  readonly timeRequested: string;
  readonly [member: string]: unknown;
}
const statusOf = async (response: Response): Promise<Status> => (await response.json()) as Status;

describe("common-constraints", () => {
  it.each([
    [400, "PUT", "/properties/level", "high", "application/json"],
    [400, "PUT", "/properties/level", "{", "application/json"],
    [400, "GET", "/properties?names=nosuch", undefined, undefined],
    [404, "GET", "/properties/nosuch", undefined, undefined],
    [404, "GET", "/../nobody", undefined, undefined],
    [405, "PUT", "/properties/serial", '"x"', "application/json"],
    [405, "DELETE", "/properties/level", undefined, undefined],
    [415, "PUT", "/properties/level", "<a/>", "application/xml"],
    [500, "POST", "/actions/failPlain", undefined, undefined],
    [504, "POST", "/actions/failTyped", undefined, undefined],
  ])(
    "errors-1, errors-7: %i to %s %s, with problem details in the body",
    async (status, ...request) => {
      const [method, path, body, type] = request as [string, string, string | undefined, string];
      const response = await send(method, path, body, type);
      expect(response.status).toBe(status);
      expect(response.headers.get("content-type")).toMatch(/^application\/problem\+json/);
      expect(await response.json()).toMatchObject({ status, title: expect.any(String) });
    },
  );

  it("errors-7: has no body for a refused HEAD, and the same header", async () => {
    const response = await send("HEAD", "/properties/nosuch");
    expect([response.status, await response.text()]).toEqual([404, ""]);
    expect(response.headers.get("content-type")).toMatch(/^application\/problem\+json/);
  });

  it("date-format-1: writes every time as RFC 3339 has it", async () => {
    const status = await statusOf(await send("POST", "/actions/task", { mode: "quick" }));
    expect(status.timeRequested).toMatch(RFC3339);
    const ended = await untilEnded(status.href);
    expect(ended.timeEnded).toMatch(RFC3339);
  });
});

async function untilEnded(href: string): Promise<Status> {
  for (let n = 0; n < 1_000; n++) {
    const status = await statusOf(await fetch(href));
    if (!["pending", "running"].includes(status.status)) return status;
  }
  throw new TypeError("it does not end");
}

describe("http-basic-profile-protocol-binding", () => {
  it("readproperty, readallproperties: 200 and JSON; writeproperty, writemultipleproperties: 204 and nothing", async () => {
    const answers = [
      await send("GET", "/properties/level"),
      await send("GET", "/properties"),
      await send("PUT", "/properties/level", 5),
      await send("PUT", "/properties", { level: 6 }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 204, 204]);
    const types = answers.map(({ headers }) => headers.get("content-type"));
    expect(types).toEqual(["application/json", "application/json", null, null]);
    expect(await Promise.all(answers.slice(2).map((answer) => answer.text()))).toEqual(["", ""]);
  });

  it("invokeaction-7: answers 200 with the output, and 204 without one", async () => {
    const output = await send("POST", "/actions/add", { a: 1, b: 2 });
    expect([output.status, await output.json()]).toEqual([200, 3]);
    const none = await send("POST", "/actions/noOutput", 1);
    expect([none.status, await none.text()]).toEqual([204, ""]);
  });

  it("invokeaction-8, queryaction-2: answers 201, where its status is, and that status", async () => {
    const response = await send("POST", "/actions/task", { mode: "held" });
    expect(response.status).toBe(201);
    const status = await statusOf(response);
    expect(status).toMatchObject({ status: expect.stringMatching(/^(pending|running)$/) });
    expect(response.headers.get("location")).toBe(status.href);
    rig.controls.release();
    expect(await untilEnded(status.href)).toMatchObject({
      status: "completed",
      output: "held done",
    });
  });

  it("invokeaction-12: refuses before it begins what cannot begin", async () => {
    expect((await send("POST", "/actions/task", { mode: "odd" })).status).toBe(400);
  });

  it("queryaction-7a, -7b: a failed action is failed, and says why with problem details", async () => {
    const { href } = await statusOf(await send("POST", "/actions/task", { mode: "failing" }));
    const ended = await untilEnded(href);
    expect(ended).toMatchObject({
      status: "failed",
      error: { status: 504, title: expect.any(String) },
    });
  });

  it("queryaction-1a, -1b, cancelaction-1a, -1b: asynchronous actions alone are queried and cancelled", async () => {
    const offered = (name: string) => rig.form("actions", name, "queryaction") !== undefined;
    expect([offered("task"), offered("echo")]).toEqual([true, false]);
    const { href } = await statusOf(await send("POST", "/actions/task", { mode: "held" }));
    const cancelled = await fetch(href, { method: "DELETE" });
    expect([cancelled.status, await cancelled.text()]).toEqual([204, ""]);
  });

  it("queryallactions-6b: lists the newest first", async () => {
    const hrefs: string[] = [];
    for (let n = 0; n < 3; n++) {
      hrefs.unshift((await statusOf(await send("POST", "/actions/task", { mode: "quick" }))).href);
    }
    const { task } = (await (await send("GET", "/actions")).json()) as { task: Status[] };
    expect(task.slice(0, 3).map(({ href }) => href)).toEqual(hrefs);
  });
});

describe("http-sse-profile-protocol-binding", () => {
  const streams: [string, string, () => unknown][] = [
    ["observeproperty", "/properties/counter", () => rig.controls.setCounter(1)],
    ["observeallproperties", "/properties", () => rig.controls.setCounter(2)],
    ["subscribeevent", "/events/reading", () => rig.thing.emitEvent("reading", { n: 3 })],
    ["subscribeallevents", "/events", () => rig.thing.emitEvent("reading", { n: 4 })],
  ];
  const names: Record<string, string> = {
    observeproperty: "counter",
    observeallproperties: "counter",
    subscribeevent: "reading",
    subscribeallevents: "reading",
  };

  it.each(streams)(
    "%s-4 … -6: names the affordance, has JSON data and an id",
    async (op, path, tell) => {
      const reader = await EventReader.open(base + path);
      expect(reader.response.headers.get("content-type")).toMatch(/^text\/event-stream/);
      await tell();
      await until("the event", () => reader.events.length > 0);
      const [event] = reader.events;
      expect(event).toMatchObject({ type: names[op], id: expect.stringMatching(/./) });
      expect(JSON.parse(event?.data ?? "")).toBeDefined();
      await reader.close();
      await until("the server to see it gone", () => rig.server.counters.subscribers === 0);
    },
  );

  it.each(streams)(
    "%s-6b, -7b: sends what was missed after Last-Event-ID",
    async (_op, path, tell) => {
      const first = await EventReader.open(base + path);
      await tell();
      await until("the event", () => first.events.length > 0);
      const { id = "" } = first.events[0] ?? {};
      await first.close();
      await tell();
      const second = await EventReader.open(base + path, { "Last-Event-ID": id });
      await until("the event that was missed", () => second.events.length > 0);
      expect(second.events[0]?.id).not.toBe(id);
      await second.close();
    },
  );

  it("observeproperty-6a, subscribeevent-7a: our consumer comes back by itself, and misses nothing", async () => {
    const relay = new Relay(Number(new URL(base).port));
    const port = await relay.start();
    const consumer = await rig.consumer();
    const td = JSON.parse(JSON.stringify(rig.td).replaceAll(new URL(base).port, String(port)));
    const got: unknown[] = [];
    const thing = await consumer.consume(td);
    const subscription = await thing.subscribeEvent(
      "reading",
      (output) => {
        void output.value().then((value) => got.push(value));
      },
      () => undefined,
    );
    rig.thing.emitEvent("reading", { n: 1 });
    await until("the first", () => got.length === 1);
    relay.breakAll();
    await until("the break", () => rig.server.counters.subscribers === 0);
    rig.thing.emitEvent("reading", { n: 2 });
    await until("what was missed", () => got.length === 2);
    expect(got).toEqual([{ n: 1 }, { n: 2 }]);
    await subscription.stop();
    await relay.stop();
  });
});
