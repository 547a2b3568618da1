import type { IncomingMessage } from "node:http";
import { afterEach, describe, expect, it } from "@jest/globals";
import { UnauthorizedError } from "../../../errors";
import { Rig, until } from "../../compliance";
import { EventReader } from "../testing/event-reader";
import { openHttpHarness } from "../testing/harness";
import type { Authorize } from "./gate";
import type { HttpBindingServer } from "./server";

describe("the gate of an HTTP server", () => {
  let rig: Rig;
  afterEach(() => rig.stop());

  async function start(authorize: Authorize): Promise<string> {
    rig = await new Rig(await openHttpHarness({ authorize }), { title: "Compliance 1" }).start();
    return (rig.server as unknown as HttpBindingServer).baseUrl;
  }

  it("is asked about every operation of every request, before its body is read", async () => {
    const asked: string[] = [];
    const base = await start((_, thing, affordance, op) => {
      asked.push(`${op} ${thing ? "thing" : "server"} ${affordance?.name ?? "-"}`);
      throw new UnauthorizedError("credentials, please");
    });
    const url = `${base}/compliance-1`;
    const stream = { accept: "text/event-stream" };
    const requests: [string, string, RequestInit?][] = [
      [`${base}/`, "readdescription server -"],
      [`${base}/.well-known/wot`, "readdescription thing -"],
      [url, "readdescription thing -"],
      [`${url}/properties/level`, "readproperty thing level"],
      [`${url}/properties/level`, "writeproperty thing level", { method: "PUT", body: "no JSON" }],
      [`${url}/properties/counter`, "observeproperty thing counter", { headers: stream }],
      [`${url}/properties/counter?subprotocol=longpoll`, "observeproperty thing counter"],
      [`${url}/actions/echo`, "invokeaction thing echo", { method: "POST", body: "no JSON" }],
      [`${url}/actions/task/x`, "queryaction thing task"],
      [`${url}/actions/task/x`, "cancelaction thing task", { method: "DELETE" }],
      [`${url}/actions`, "queryallactions thing -"],
      [`${url}/events/ping`, "subscribeevent thing ping"],
      [`${url}/events/ping?subprotocol=longpoll`, "subscribeevent thing ping"],
      [`${url}/events`, "subscribeallevents thing -"],
      [`${url}/properties`, "readallproperties thing -"],
      [`${url}/properties?names=level`, "readmultipleproperties thing -"],
      [`${url}/properties`, "observeallproperties thing -", { headers: stream }],
      [`${url}/properties`, "writemultipleproperties thing -", { method: "PUT", body: "no JSON" }],
    ];
    for (const [target, wanted, init] of requests) {
      const response = await fetch(target, init);
      await response.text();
      expect([target, response.status, asked.splice(0)]).toEqual([target, 401, [wanted]]);
      const head = init ? undefined : await fetch(target, { method: "HEAD" });
      expect(head?.status ?? 401).toBe(401);
      asked.length = 0;
    }
  });

  it("keeps what the asker may not see out of operations on the whole Thing", async () => {
    const hidden = new Set(["level", "reading", "task"]);
    const base = await start((_request: IncomingMessage, _thing, affordance) => {
      if (affordance && hidden.has(affordance.name)) throw new UnauthorizedError("not for you");
    });
    const url = `${base}/compliance-1`;
    const all = (await (await fetch(`${url}/properties`)).json()) as object;
    const { level, ...others } = rig.controls.values;
    expect(all).toEqual(others);
    expect((await fetch(`${url}/properties?names=serial,level`)).status).toBe(401);
    const before = rig.controls.values.string;
    const write = await fetch(`${url}/properties`, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: '{"string":"new","level":1}',
    });
    expect([write.status, rig.controls.values.string]).toEqual([401, before]);
    expect(await (await fetch(`${url}/actions`)).json()).toEqual({});
    const events = await EventReader.open(`${url}/events`);
    rig.thing.emitEvent("reading", { n: 1 });
    rig.thing.emitEvent("ping", undefined as never);
    await until("the event", () => events.events.length > 0);
    expect(events.events.map(({ type }) => type)).toEqual(["ping"]);
    await events.close();
  });
});
