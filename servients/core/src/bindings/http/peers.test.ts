import { execFile, spawn } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { HttpClientFactory } from "@node-wot/binding-http";
import { Servient } from "@node-wot/core";
import { ODD_ACTION, ODD_EVENT, ODD_PROPERTY, Rig, until } from "../compliance";
import type { HttpBindingServer } from "./server/server";
import { openHttpHarness } from "./testing/harness";

const run = promisify(execFile);

describe("HTTP binding and clients that know nothing of it", () => {
  let rig: Rig;
  let base: string;
  beforeAll(async () => {
    rig = await new Rig(await openHttpHarness(), { title: "Compliance 1" }).start();
    base = `${(rig.server as unknown as HttpBindingServer).baseUrl}/compliance-1`;
  });
  afterAll(() => rig.stop());

  describe("curl", () => {
    const curl = async (...args: string[]): Promise<string> => {
      const { stdout } = await run("curl", ["-sS", "--noproxy", "*", "--max-time", "10", ...args]);
      return stdout;
    };
    const json = ["-H", "Content-Type: application/json"];

    it("reads and writes a property", async () => {
      expect(await curl(`${base}/properties/serial`)).toBe('"SN-0001"');
      const put = ["-X", "PUT", ...json, "-d", "61", "-w", "%{http_code}"];
      expect(await curl(...put, `${base}/properties/level`)).toBe("204");
      expect(await curl(`${base}/properties/level`)).toBe("61");
      const odd = `${base}/properties/${encodeURIComponent(ODD_PROPERTY)}`;
      expect(await curl(odd)).toBe("7");
    });

    it("invokes an action with and without output, and sees why one failed", async () => {
      const add = ["-d", '{"a":40,"b":2}', ...json, `${base}/actions/add`];
      expect(await curl(...add)).toBe("42");
      const none = ["-d", "3", ...json, "-w", "%{http_code}", `${base}/actions/noOutput`];
      expect(await curl(...none)).toBe("204");
      expect(await curl("-X", "POST", `${base}/actions/noInput`)).toBe('"done"');
      const failed = await curl("-X", "POST", "-i", `${base}/actions/failTyped`);
      expect(failed).toMatch(/^HTTP\/1.1 504 Gateway Timeout\r\n/);
      expect(failed).toContain("application/problem+json");
      expect(failed).toContain('"code":"DEVICE_TIMEOUT"');
    });

    it("sends a large body by 100-continue", async () => {
      const body = JSON.stringify("0123456789".repeat(90_000));
      const echo = spawn("curl", [
        "-sS",
        "--noproxy",
        "*",
        ...json,
        "--data-binary",
        "@-",
        `${base}/actions/echo`,
      ]);
      echo.stdin.end(body);
      const chunks: Buffer[] = [];
      for await (const chunk of echo.stdout) chunks.push(chunk);
      expect(Buffer.concat(chunks).toString()).toBe(body);
    });

    it("reads and writes several properties at once, and reads CBOR", async () => {
      const put = [
        "-X",
        "PUT",
        ...json,
        "-d",
        '{"level":62,"string":"curl"}',
        "-w",
        "%{http_code}",
      ];
      expect(await curl(...put, `${base}/properties`)).toBe("204");
      expect(JSON.parse(await curl(`${base}/properties?names=level,string`))).toEqual({
        level: 62,
        string: "curl",
      });
      const cbor = await run(
        "curl",
        ["-sS", "--noproxy", "*", "-H", "Accept: application/cbor", `${base}/properties/level`],
        { encoding: "buffer" },
      );
      expect(cbor.stdout.toString("hex")).toBe("183e");
    });

    it("starts an asynchronous action, asks for its status and cancels it", async () => {
      const task = [...json, "-d", '{"mode":"held"}', "-D", "-", `${base}/actions/task`];
      const created = await curl(...task);
      expect(created).toMatch(/^HTTP\/1.1 201 Created\r\n/);
      const [, location = ""] = /\r\nLocation: (\S+)\r\n/.exec(created) ?? [];
      await until("the handler to run", () => rig.controls.taskSignals.length > 0);
      expect(JSON.parse(await curl(location))).toMatchObject({ status: "running", href: location });
      expect(await curl("-X", "DELETE", "-w", "%{http_code}", location)).toBe("204");
      expect(rig.controls.taskSignals[0]?.aborted).toBe(true);
      const all = JSON.parse(await curl(`${base}/actions`));
      expect(all.task[0]).toMatchObject({ status: "failed", error: { code: "ACTION_CANCELLED" } });
    });

    it("polls for events, one by one and none lost", async () => {
      const poll = `${base}/events/reading?subprotocol=longpoll`;
      await curl("--head", poll);
      for (const n of [1, 2, 3]) rig.thing.emitEvent("reading", { n });
      const got = [await curl(poll), await curl(poll), await curl(poll)];
      expect(got).toEqual(['{"n":1}', '{"n":2}', '{"n":3}']);
    });

    it("reads one event after the other from a stream", async () => {
      const args = ["-sSN", "--noproxy", "*", `${base}/events/reading`];
      const reader = spawn("curl", args, { stdio: ["ignore", "pipe", "inherit"] });
      let received = "";
      reader.stdout.on("data", (chunk) => {
        received += chunk;
      });
      await until("curl to subscribe", () => (rig.server.counters.subscribers ?? 0) > 0);
      for (const n of [1, 2, 3]) rig.thing.emitEvent("reading", { n });
      await until("three events", () => received.includes('data:{"n":3}'));
      expect(received.match(/event:reading\ndata:\{"n":\d\}\n\n/g)).toHaveLength(3);
      reader.kill();
      await until("curl to be gone", () => rig.server.counters.subscribers === 0);
    });
  });

  describe("node-wot's own HTTP client", () => {
    let servient: Servient;
    let thing: WoT.ConsumedThing;
    beforeAll(async () => {
      servient = new Servient();
      servient.addClientFactory(new HttpClientFactory());
      const wot = await servient.start();
      thing = await wot.consume(await wot.requestThingDescription(base));
    });
    afterAll(() => servient.shutdown());

    it("reads and writes properties of the Thing Description it fetched", async () => {
      expect(await (await thing.readProperty("number")).value()).toBe(21.625);
      await thing.writeProperty("level", 17);
      expect(await (await thing.readProperty("level")).value()).toBe(17);
      await thing.writeProperty(ODD_PROPERTY, 8);
      expect(await (await thing.readProperty(ODD_PROPERTY)).value()).toBe(8);
      const all = await thing.readAllProperties();
      expect([...all.keys()]).toContain("serial");
      expect([...all.keys()]).not.toContain("secret");
    });

    it("invokes actions and gets their output", async () => {
      expect(await (await thing.invokeAction("add", { a: 1, b: 2 }))?.value()).toBe(3);
      expect(await (await thing.invokeAction("noInput"))?.value()).toBe("done");
      expect(await (await thing.invokeAction(ODD_ACTION, 1))?.value()).toBe(2);
      await thing.invokeAction("noOutput", 1);
      await expect(thing.invokeAction("failTyped")).rejects.toThrow("Gateway Timeout");
      await expect(thing.writeProperty("level", "x")).rejects.toThrow("Bad Request");
    });

    it("gets every event of a burst and every change it observes", async () => {
      const readings: unknown[] = [];
      const odd: unknown[] = [];
      const changes: unknown[] = [];
      const into = (list: unknown[]) => async (output: WoT.InteractionOutput) => {
        list.push(await output.value());
      };
      const subscriptions = [
        await thing.subscribeEvent("reading", into(readings)),
        await thing.subscribeEvent(ODD_EVENT, into(odd)),
        await thing.observeProperty("counter", into(changes)),
      ];
      for (let n = 0; n < 20; n++) rig.thing.emitEvent("reading", { n });
      rig.thing.emitEvent(ODD_EVENT, 1.5);
      await rig.controls.setCounter(3);
      await until("them all", () => readings.length + odd.length + changes.length === 22);
      expect(readings).toEqual(Array.from({ length: 20 }, (_, n) => ({ n })));
      expect([odd, changes]).toEqual([[1.5], [3]]);
      for (const subscription of subscriptions) await subscription.stop();
      await until("the server to free them", () => rig.server.counters.subscribers === 0);
    });
  });
});
