import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { ODD_PROPERTY, Rig, until } from "../../compliance";
import { decode, encode } from "../../payload";
import { EventReader } from "../testing/event-reader";
import { openHttpHarness } from "../testing/harness";
import type { HttpBindingServer } from "./server";

const CBOR = "application/cbor";

describe("a whole Thing over HTTP", () => {
  let rig: Rig;
  let base: string;
  beforeAll(async () => {
    rig = await new Rig(await openHttpHarness(), { title: "Compliance 1" }).start();
    base = `${(rig.server as unknown as HttpBindingServer).baseUrl}/compliance-1`;
  });
  afterAll(() => rig.stop());

  const get = (query = "", headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${base}/properties${query}`, { headers });
  const put = (body: string | Buffer, type = "application/json"): Promise<Response> =>
    fetch(`${base}/properties`, {
      method: "PUT",
      headers: { "content-type": type },
      body: new Uint8Array(Buffer.from(body)),
    });
  const json = async (response: Promise<Response>): Promise<unknown> => (await response).json();
  async function problem(response: Response): Promise<{ status: number; details: object }> {
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    return (await response.json()) as { status: number; details: object };
  }

  it("reads and writes any number of properties in one request each", async () => {
    const operations = await rig.operations();
    const before = rig.server.counters.requests;
    await operations.readAllProperties();
    await operations.readMultipleProperties(["level", "serial"]);
    await operations.writeMultipleProperties({ level: 3, string: "x", blob: "" });
    expect(rig.server.counters.requests - before).toBe(3);
  });

  it("takes the names as one list or one by one, encoded as they need to be", async () => {
    const both = { serial: "SN-0001", level: rig.controls.values.level };
    for (const query of [
      "?names=serial,level",
      "?names=serial&names=level",
      "?names=level,,serial,level",
    ]) {
      expect(await json(get(query))).toEqual(both);
    }
    const odd = encodeURIComponent(ODD_PROPERTY);
    expect(await json(get(`?names=${odd}`))).toEqual({ [ODD_PROPERTY]: 7 });
    expect(await json(get("?names="))).toEqual({});
  });

  it("names the offence of a name that cannot be read", async () => {
    for (const name of ["nosuch", "secret", "__proto__", "toString"]) {
      const refused = await problem(await get(`?names=serial,${name}`));
      expect(refused).toMatchObject({ status: 400, details: { path: "?names", got: name } });
    }
  });

  it("reads and writes in CBOR where that is asked for", async () => {
    const response = await get("?names=level,object", { accept: CBOR });
    expect(response.headers.get("content-type")).toBe(CBOR);
    const body = Buffer.from(await response.arrayBuffer());
    expect(decode({ type: CBOR, body }, {})).toEqual({
      level: rig.controls.values.level,
      object: rig.controls.values.object,
    });
    expect((await put(encode({ level: 64, array: [1] }, CBOR).body, CBOR)).status).toBe(204);
    expect(rig.controls.values).toMatchObject({ level: 64, array: [1] });
    const refused = await problem(await put(encode({ level: 101 }, CBOR).body, CBOR));
    expect(refused).toMatchObject({ status: 400, details: { path: "/level", got: 101 } });
  });

  it("refuses to write what is not an object of values", async () => {
    for (const body of ["[1]", "7", '"level"', "null", "", "{"]) {
      expect([body, (await problem(await put(body))).status]).toEqual([body, 400]);
    }
    expect((await problem(await put("level: 1", "text/yaml"))).status).toBe(415);
    expect((await put("{}")).status).toBe(204);
  });

  it("answers HEAD as GET, OPTIONS with what is allowed, and 405 to the rest", async () => {
    const head = await fetch(`${base}/properties`, { method: "HEAD" });
    const { length } = Buffer.from(await (await get()).arrayBuffer());
    expect([head.status, head.headers.get("content-length")]).toEqual([200, String(length)]);
    const refused = await fetch(`${base}/properties`, { method: "DELETE" });
    expect([refused.status, refused.headers.get("allow")]).toEqual([
      405,
      "GET, PUT, HEAD, OPTIONS",
    ]);
  });

  it("streams every change and every event under its name", async () => {
    const changes = await EventReader.open(`${base}/properties`);
    const events = await EventReader.open(`${base}/events`);
    await rig.controls.setCounter(5);
    rig.thing.emitEvent("reading", { n: 1 });
    rig.thing.emitEvent("ping", undefined as never);
    await until("them", () => changes.events.length + events.events.length === 3);
    expect(changes.events[0]).toMatchObject({ type: "counter", data: "5" });
    expect(events.events.map(({ type, data }) => [type, data])).toEqual([
      ["reading", '{"n":1}'],
      ["ping", ""],
    ]);
    await changes.close();
    await events.close();
  });

  it("replays what a subscriber to all events missed", async () => {
    const first = await EventReader.open(`${base}/events`);
    for (const n of [1, 2]) rig.thing.emitEvent("reading", { n });
    await until("two events", () => first.events.length === 2);
    await first.close();
    await until("the subscriber to be gone", () => rig.server.counters.subscribers === 0);
    rig.thing.emitEvent("ping", undefined as never);
    rig.thing.emitEvent("reading", { n: 3 });
    const again = { "last-event-id": first.events[0]?.id ?? "" };
    const second = await EventReader.open(`${base}/events`, again);
    await until("what was missed", () => second.events.length === 3);
    expect(second.events.map(({ type }) => type)).toEqual(["reading", "ping", "reading"]);
    await second.close();
  });
});

describe("a Thing over HTTP that cannot do everything", () => {
  it("offers only what it can, and answers 404 or 405 to the rest", async () => {
    const server = (await openHttpHarness()).createServer() as unknown as HttpBindingServer;
    const { Servient } = await import("@node-wot/core");
    const servient = new Servient();
    servient.addServer(server);
    const wot = await servient.start();
    const thing = await wot.produce({
      title: "Sink",
      properties: { level: { type: "integer", writeOnly: true } },
      actions: { reset: { synchronous: true } },
    } as never);
    await thing.expose();
    const forms = thing.getThingDescription().forms ?? [];
    expect([...new Set(forms.flatMap(({ op }) => op))].sort()).toEqual([
      "writeallproperties",
      "writemultipleproperties",
    ]);
    expect(thing.getThingDescription()).not.toHaveProperty("uriVariables");
    const status = async (path: string): Promise<number> =>
      (await fetch(`${server.baseUrl}/sink${path}`)).status;
    expect([
      await status("/properties"),
      await status("/events"),
      await status("/actions"),
    ]).toEqual([405, 404, 404]);
    await servient.shutdown();
  });
});
