import { describe, expect, it, jest } from "@jest/globals";
import { type Content, type ExposedThing, Servient } from "@node-wot/core";
import { isEmitting } from "../../bindings/emissions";
import { fromContent, toContent } from "../../bindings/payload";
import { LeanServient } from "../lean-servient";

const LAMP = {
  title: "lamp",
  id: "urn:test:lamp",
  "@context": ["https://www.w3.org/2022/wot/td/v1.1"],
  links: [{ rel: "type", href: "urn:model" }],
  properties: {
    on: { type: "boolean", observable: true },
    level: { type: "integer", oneOf: [{ minimum: 1 }], readOnly: true },
    code: { type: "string", writeOnly: true },
  },
  actions: { flash: { input: { type: "integer" }, output: { type: "integer" } } },
  events: { broken: { data: { type: "string" } } },
};
const INITS = [
  { title: "nothing" },
  LAMP,
  { ...LAMP, "@context": "https://www.w3.org/2022/wot/td/v1.1" },
];

async function produce(init: object = LAMP, servient: Servient = new LeanServient()) {
  const thing = await (await servient.start()).produce(structuredClone(init) as never);
  return thing as unknown as ExposedThing;
}

async function readValue(content: Content | undefined): Promise<unknown> {
  return content && JSON.parse((await fromContent(content)).body.toString());
}

describe("LeanThing", () => {
  it.each(INITS)("describes itself as node-wot's ExposedThing does", async (init) => {
    const own = (await produce(init)).getThingDescription();
    const stock = (await produce(init, new Servient())).getThingDescription();
    expect(own).toEqual({ ...stock, ...("id" in init ? {} : { id: own.id }) });
    expect(Object.keys(own)).toEqual(Object.keys(stock));
  });

  it("holds what is inside of an affordance once for all Things that have it", async () => {
    const servient = new LeanServient();
    const first = await produce(LAMP, servient);
    const second = await produce({ ...LAMP, id: "urn:test:other" }, servient);
    expect(second.properties.level?.oneOf).toBe(first.properties.level?.oneOf);
    (second.properties.level as { unit?: string }).unit = "lx";
    expect(first.properties.level).not.toHaveProperty("unit");
    expect(() => second.properties.level?.oneOf?.push({})).toThrow(TypeError);
  });

  it("asks its handlers, and checks no value that was checked before", async () => {
    const thing = await produce();
    const written: unknown[] = [];
    thing.setPropertyReadHandler("on", async () => true);
    thing.setPropertyWriteHandler("on", async (input) => {
      written.push(await input.value());
    });
    thing.setActionHandler(
      "flash",
      async (input) => (((await input?.value()) as number) + 1) as never,
    );
    const asked = { formIndex: 0 };
    expect(await readValue(await thing.handleReadProperty("on", asked))).toBe(true);
    const json = (text: string) => toContent({ type: "application/json", body: Buffer.from(text) });
    await thing.handleWriteProperty("on", json("false"), asked);
    expect(written).toEqual([false]);
    const output = await thing.handleInvokeAction("flash", json("4"), asked);
    expect(await readValue(output as Content)).toBe(5);
  });

  it("tells whoever listens, in the media type of the form, until he stops", async () => {
    const thing = await produce();
    const heard: Content[] = [];
    const listener = (content: Content): void => void heard.push(content);
    thing.events.broken = {
      ...thing.events.broken,
      forms: [{ href: "x:y", contentType: "application/cbor" }],
    } as never;
    await thing.handleSubscribeEvent("broken", listener, { formIndex: 0 });
    thing.emitEvent("broken", "fuse");
    thing.handleUnsubscribeEvent("broken", listener, { formIndex: 0 });
    thing.emitEvent("broken", "again");
    expect(heard.map(({ type }) => type)).toEqual(["application/cbor"]);
    expect(() => thing.handleUnsubscribeEvent("broken", listener, { formIndex: 0 })).toThrow();
  });

  it("can be heard as a whole, and tells its own handlers that somebody does", async () => {
    const thing = await produce();
    if (!isEmitting(thing)) throw new TypeError("no EmittingThing");
    const subscribe = jest.fn(async () => undefined);
    const unsubscribe = jest.fn(async () => undefined);
    thing.setEventSubscribeHandler("broken", subscribe);
    thing.setEventUnsubscribeHandler("broken", unsubscribe);
    thing.setPropertyReadHandler("level", async () => 7);
    const heard: unknown[] = [];
    const stop = await thing.onEmission((kind, name, content) => {
      heard.push(readValue(content).then((value) => [kind, name, value]));
    });
    thing.emitEvent("broken", "fuse");
    await thing.emitPropertyChange("level");
    stop();
    thing.emitEvent("broken", "again");
    expect(await Promise.all(heard)).toEqual([
      ["events", "broken", "fuse"],
      ["properties", "level", 7],
    ]);
    expect([subscribe.mock.calls.length, unsubscribe.mock.calls.length]).toEqual([1, 1]);
  });

  it("is heard by nobody where its own handler refuses", async () => {
    const thing = await produce();
    if (!isEmitting(thing)) throw new TypeError("no EmittingThing");
    thing.setEventSubscribeHandler("broken", () => Promise.reject(new TypeError("busy")));
    const listener = jest.fn();
    await expect(thing.onEmission(listener)).rejects.toThrow("busy");
    thing.emitEvent("broken", "fuse");
    expect(listener).not.toHaveBeenCalled();
  });

  it("refuses what it has not, and what is not allowed", async () => {
    const thing = await produce();
    expect(() => thing.emitEvent("none", null)).toThrow("event none of urn:test:lamp");
    expect(() => thing.setPropertyReadHandler("code", async () => null)).toThrow("reading");
    expect(() => thing.setPropertyWriteHandler("level", async () => undefined)).toThrow("writing");
    expect(() => thing.setPropertyObserveHandler("level", async () => null)).toThrow("observing");
    const reading = thing.handleReadProperty("on", { formIndex: 0 });
    await expect(reading).rejects.toMatchObject({ code: "INTERNAL" });
  });

  it("of a known model is refused where what is its own is no description", async () => {
    const servient = new LeanServient();
    await produce(LAMP, servient);
    const faulty = [
      { ...LAMP, id: "urn:test:a", title: 5 },
      { ...LAMP, id: "urn:test:b", links: [{ rel: "tm:extends", href: "urn:model" }] },
      { ...LAMP, id: "urn:test:c", properties: Object.assign([], LAMP.properties) },
      { ...LAMP, id: "urn:test:d", properties: { ...LAMP.properties, on: { type: "bool" } } },
    ];
    for (const init of faulty) {
      await expect(produce(init, servient)).rejects.toMatchObject({ code: "CONFIG" });
    }
  });

  it("is not produced twice with one id, nor of what is no description", async () => {
    const servient = new LeanServient();
    await produce(LAMP, servient);
    await expect(produce(LAMP, servient)).rejects.toMatchObject({ code: "CONFIG" });
    await expect(produce({ title: 5 })).rejects.toMatchObject({ code: "CONFIG" });
  });
});
