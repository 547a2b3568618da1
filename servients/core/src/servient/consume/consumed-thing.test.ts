import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type * as WoT from "wot-typescript-definitions";
import { startAedes, type TestBroker } from "../../bindings/mqtt/test/brokers";
import { BINDING_NAMES } from "../binding-name";
import { type RunningServient, startServient } from "../servient";
import type { ConsumedThing } from "./types";

const LAMP = {
  title: "lamp",
  id: "urn:test:consumed-lamp",
  uriVariables: { unit: { type: "string", enum: ["%", "lm"] } },
  properties: {
    isOn: { type: "boolean", observable: true },
    brightness: { type: "integer", minimum: 0, maximum: 100 },
    serial: { type: "string", readOnly: true },
  },
  actions: {
    fade: { input: { type: "integer" }, output: { type: "string" }, synchronous: true },
    hang: {},
    refuse: {},
    paint: { synchronous: false, output: { type: "string" } },
  },
  events: { overheated: { data: { type: "number" } } },
};

class Refusal extends Error {}

let broker: TestBroker;
let server: RunningServient;
let client: RunningServient;
let lamp: WoT.ExposedThing;
let td: WoT.ThingDescription;
let release: () => void = () => undefined;
let brightness = 10;

beforeAll(async () => {
  broker = await startAedes();
  const mqtt = { brokerUrl: broker.url, topicPrefix: "test" };
  server = await startServient({
    name: "server",
    http: { port: 0 },
    coap: { port: 0 },
    mqtt: mqtt as never,
    clients: [],
  });
  lamp = await server.wot.produce(structuredClone(LAMP) as never);
  lamp.setPropertyReadHandler("isOn", async () => true);
  lamp.setPropertyReadHandler("serial", async () => "SN-1");
  lamp.setPropertyReadHandler("brightness", async () => brightness);
  lamp.setPropertyWriteHandler("brightness", async (input) => {
    brightness = (await input.value()) as number;
  });
  lamp.setActionHandler("fade", async (input) => `faded to ${await input.value()}`);
  lamp.setActionHandler(
    "hang",
    () => new Promise((resolve) => (release = () => resolve(undefined))),
  );
  lamp.setActionHandler("refuse", async () => {
    throw new Refusal("no");
  });
  lamp.setActionHandler("paint", () => new Promise((resolve) => (release = () => resolve("red"))));
  await lamp.expose();
  td = lamp.getThingDescription();
  client = await startServient({ name: "client", requestTimeoutMs: 5_000 });
});
afterAll(async () => {
  release();
  await client.stop();
  await server.stop();
  await broker.stop();
});

const consume = (binding?: (typeof BINDING_NAMES)[number]): Promise<ConsumedThing> =>
  client.wot.consume(td, binding ? { binding } : {});

async function caught(work: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  try {
    await work;
  } catch (thrown) {
    return thrown as Error & Record<string, unknown>;
  }
  throw new TypeError("nothing was thrown");
}

describe.each(BINDING_NAMES)("a Thing consumed over %s", (binding) => {
  it("reads, writes and invokes over that binding alone", async () => {
    const thing = await consume(binding);
    const forms = Object.values(thing.getThingDescription().properties ?? {}).flatMap(
      (one) => one.forms,
    );
    expect(forms.every((form) => form?.href?.startsWith(`${binding}:`))).toBe(true);
    await thing.writeProperty("brightness", 42);
    expect(await (await thing.readProperty("brightness")).value()).toBe(42);
    expect(await (await thing.invokeAction("fade", 7)).value()).toBe("faded to 7");
    const all = await thing.readAllProperties();
    expect(await all.get("serial")?.value()).toBe("SN-1");
    const some = await thing.readMultipleProperties(["isOn", "brightness"]);
    expect([...some.keys()].sort()).toEqual(["brightness", "isOn"]);
    await thing.writeMultipleProperties(new Map([["brightness", 43]]));
    expect(brightness).toBe(43);
  });

  it("says what refused it: the problem details of the Thing", async () => {
    const error = await caught((await consume(binding)).invokeAction("refuse"));
    expect(error).toMatchObject({ code: "INTERACTION", status: 500, problem: { status: 500 } });
  });

  it("gives an interaction up at once when its signal is aborted, and leaves nothing of it", async () => {
    const thing = await consume(binding);
    await thing.readProperty("isOn");
    const reason = new RangeError("changed my mind");
    const aborting = new AbortController();
    const hanging = caught(thing.invokeAction("hang", undefined, { signal: aborting.signal }));
    expect(client.consumer.activity.running).toBe(1);
    aborting.abort(reason);
    expect(await hanging).toMatchObject({ code: "INTERACTION_ABORTED", cause: reason });
    expect(client.consumer.activity.running).toBe(0);
    release();
    const late = { signal: aborting.signal };
    expect(await caught(thing.readProperty("isOn", late))).toMatchObject({
      code: "INTERACTION_ABORTED",
    });
    expect(
      await caught(thing.subscribeEvent("overheated", () => undefined, undefined, late)),
    ).toMatchObject({
      code: "INTERACTION_ABORTED",
    });
    expect(client.consumer.activity.running).toBe(0);
  });

  it("waits no longer than an interaction's own time-out", async () => {
    const thing = await consume(binding);
    const error = await caught(thing.invokeAction("hang", undefined, { timeoutMs: 60 }));
    expect(error).toMatchObject({ code: "INTERACTION_TIMEOUT", timeoutMs: 60 });
    release();
  });

  it("subscribes once to each affordance, until stop or until the signal ends it", async () => {
    const thing = await consume(binding);
    const aborting = new AbortController();
    const heard: unknown[] = [];
    let onHeard: () => void = () => undefined;
    const listener = async (output: WoT.InteractionOutput): Promise<void> => {
      heard.push(await output.value());
      onHeard();
    };
    const next = () => new Promise<void>((resolve) => (onHeard = resolve));
    const { signal } = aborting;
    const subscription = await thing.subscribeEvent("overheated", listener, undefined, { signal });
    expect(await caught(thing.subscribeEvent("overheated", listener))).toMatchObject({
      code: "OPERATION_NOT_ALLOWED",
    });
    const arrived = next();
    lamp.emitEvent("overheated", 90);
    await arrived;
    expect([heard, subscription.active]).toEqual([[90], true]);
    aborting.abort();
    expect(subscription.active).toBe(false);
    const again = await thing.subscribeEvent("overheated", listener);
    const second = next();
    lamp.emitEvent("overheated", 91);
    await second;
    expect(heard).toEqual([90, 91]);
    await again.stop();
    await again.stop();
    expect(client.consumer.activity.running).toBe(0);
  });
});

describe("a consumed Thing", () => {
  it.each(["http", "mqtt"] as const)(
    "queries and cancels over %s what goes on without it",
    async (binding) => {
      const thing = await consume(binding);
      const output = await thing.invokeAction("paint");
      expect(await output.value()).toMatchObject({ status: expect.any(String) });
      expect(await (await output.query()).value()).toMatchObject({ status: "running" });
      await output.cancel();
      expect(await (await output.query()).value()).toMatchObject({ status: "failed" });
      const ended = await thing.invokeAction("fade", 1);
      expect(await caught(ended.query())).toMatchObject({ code: "OPERATION_NOT_ALLOWED" });
    },
  );

  it("refuses a value that does not fit the description, and does not send it", async () => {
    const thing = await consume();
    const error = await caught(thing.writeProperty("brightness", 101));
    expect(error).toMatchObject({
      code: "INTERACTION",
      status: 400,
      problem: { status: 400, code: "INPUT", details: { got: 101, wanted: "<= 100" } },
    });
    expect(await caught(thing.invokeAction("fade", "much"))).toMatchObject({ status: 400 });
    const several = new Map<string, number>([["brightness", -1]]);
    expect(await caught(thing.writeMultipleProperties(several))).toMatchObject({
      problem: { details: { path: "/brightness" } },
    });
    expect(brightness).toBeGreaterThanOrEqual(0);
  });

  it("tells apart what does not exist, what is not offered and what it has no client for", async () => {
    const thing = await consume();
    expect(await caught(thing.readProperty("toString"))).toMatchObject({ code: "NOT_FOUND" });
    expect(await caught(thing.writeProperty("serial", "x"))).toMatchObject({
      code: "OPERATION_NOT_ALLOWED",
    });
    const modbus = structuredClone(td) as { properties: Record<string, { forms: object[] }> };
    modbus.properties.serial = {
      forms: [{ href: "modbus+tcp://127.0.0.1:1/1", op: "readproperty" }],
    };
    const foreign = await client.wot.consume(modbus as never);
    expect(foreign.unusableForms).toEqual([
      {
        path: "/properties/serial/forms/0",
        href: "modbus+tcp://127.0.0.1:1/1",
        reason: "no client for modbus+tcp:",
      },
    ]);
    expect(await caught(foreign.readProperty("serial"))).toMatchObject({ code: "NO_USABLE_FORM" });
  });

  it("takes the form that was asked for by its index", async () => {
    const thing = await consume();
    const forms = (td.properties?.brightness?.forms ?? []) as { href: string; op: string[] }[];
    const coap = forms.findIndex(({ href }) => href.startsWith("coap:"));
    const read = await thing.readProperty("brightness", { formIndex: coap });
    expect((read.form as { href: string }).href).toMatch(/^coap:/);
    expect(await caught(thing.readProperty("brightness", { formIndex: 99 }))).toMatchObject({
      code: "OPERATION_NOT_ALLOWED",
    });
  });

  it("is refused where the description is none, or the Thing lacks the binding", async () => {
    const { title, ...untitled } = td;
    const refused = await caught(client.wot.consume(untitled as never));
    expect(refused).toMatchObject({ code: "INVALID_THING_DESCRIPTION" });
    expect(refused.message).toContain('a member "title"');
    const unknown = { ...td, security: ["unknown_sc"] } as never;
    expect((await caught(client.wot.consume(unknown))).message).toContain("securityDefinitions");
    const onlyHttp = structuredClone(td) as {
      properties: object;
      actions: object;
      events: object;
      forms: object[];
    };
    Object.assign(onlyHttp, { properties: {}, actions: {}, events: {}, forms: [] });
    const error = await caught(
      client.wot.consume({ ...onlyHttp, forms: undefined } as never, { binding: "coap" }),
    );
    expect(error).toMatchObject({ code: "NO_SUCH_BINDING" });
  });

  it.each(BINDING_NAMES)(
    "leaves nothing behind once it was read, heard and let go, over %s",
    async (binding) => {
      const use = async (): Promise<WeakRef<ConsumedThing>> => {
        const thing = await consume(binding);
        await (await thing.readProperty("serial")).value();
        const subscription = await thing.subscribeEvent("overheated", () => undefined);
        await subscription.stop();
        return new WeakRef(thing);
      };
      const things: WeakRef<ConsumedThing>[] = [];
      for (let n = 0; n < 10; n++) things.push(await use());
      setFlagsFromString("--expose-gc");
      const collect = runInNewContext("gc") as () => void;
      // What the last request holds goes with its socket's next turn.
      for (let turn = 0; turn < 50 && things.some((one) => one.deref()); turn++) {
        await new Promise((resolve) => setImmediate(resolve));
        collect();
      }
      expect(things.filter((one) => one.deref()).length).toBeLessThan(2);
    },
  );

  it("keeps one connection to the broker, however often it is consumed and pinned", async () => {
    for (let n = 0; n < 20; n++) {
      const thing = await consume("mqtt");
      const value = await thing.readProperty("serial", { formIndex: 0 });
      expect(await value.value()).toBe("SN-1");
      await thing.destroy();
    }
    const factories = (
      client.servient as unknown as { clientFactories: Map<string, { connections: number }> }
    ).clientFactories;
    expect(factories.get("mqtt")?.connections).toBe(1);
  });
});
