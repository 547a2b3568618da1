import { describe, expect, it } from "@jest/globals";
import type { ExposedThing } from "@node-wot/core";
import { LeanServient } from "../servient/lean-servient";
import { descriptionText } from "./description-text";
import { addForms, contentTypeAt, type HasThingForms } from "./thing-forms";
import { declareOperationVariable } from "./uri-variables";

const LAMP = {
  properties: { on: { type: "boolean" }, label: { type: "string" } },
  actions: { flash: {} },
};

async function lamps(...titles: string[]): Promise<ExposedThing[]> {
  const wot = await new LeanServient().start();
  const things = await Promise.all(
    titles.map((title, n) => wot.produce({ ...LAMP, title, id: `urn:test:${n}` } as never)),
  );
  for (const thing of things) (thing as unknown as HasThingForms).thingForms.reset();
  return things as unknown as ExposedThing[];
}

function add(thing: ExposedThing, base: string, key = "http", calls: string[] = []): number {
  return addForms(thing, key, base, (url) => {
    calls.push(url);
    declareOperationVariable(thing, "names", { type: "string" });
    const { on } = thing.properties;
    thing.forms?.push({ href: `${url}/properties`, op: ["readallproperties"] } as never);
    on?.forms.push({ href: `${url}/on`, contentType: "application/cbor" });
    return (on?.forms.push({ href: `${url}/on?"quoted"` }) ?? 0) - 1;
  });
}

const hrefs = (forms: readonly { href: string }[] | undefined) => forms?.map(({ href }) => href);

describe("the forms of Things of one model", () => {
  it("are generated once, and have the address of each Thing", async () => {
    const calls: string[] = [];
    const things = await lamps("a", "b", 'c\\"$&');
    for (const thing of things)
      expect(add(thing, `http://h/${thing.title}`, "http", calls)).toBe(1);
    expect(calls).toHaveLength(1);
    for (const { title, properties, forms } of things) {
      const base = `http://h/${title}`;
      expect(hrefs(properties.on?.forms)).toEqual([`${base}/on`, `${base}/on?"quoted"`]);
      expect(hrefs(properties.label?.forms)).toEqual([]);
      expect(hrefs(forms)).toEqual([`${base}/properties`]);
    }
  });

  it("stand behind those of the bindings before, whoever comes second", async () => {
    const [first, second] = (await lamps("a", "b")) as [ExposedThing, ExposedThing];
    expect([add(first, "http://a"), add(first, "coap://a", "coap")]).toEqual([1, 3]);
    expect([add(second, "coap://b", "coap"), add(second, "http://b")]).toEqual([1, 3]);
    const expected = ["coap://b/on", 'coap://b/on?"quoted"', "http://b/on", 'http://b/on?"quoted"'];
    expect(hrefs(second.properties.on?.forms)).toEqual(expected);
    expect(contentTypeAt(second.properties.on ?? {}, 2)).toBe("application/cbor");
    expect(contentTypeAt(second.properties.on ?? {}, 3)).toBeUndefined();
  });

  it("bring the variables they name to every Thing, each its own", async () => {
    const things = await lamps("a", "b");
    for (const thing of things) add(thing, `http://${thing.title}`);
    const [first, second] = things.map(({ uriVariables }) => uriVariables);
    expect(second).toEqual({ names: { type: "string" } });
    expect(second).not.toBe(first);
  });

  it("stand in the description as they are looked at", async () => {
    const things = await lamps("a", "b");
    for (const thing of things) {
      add(thing, `http://h/${thing.title}`);
      const td = JSON.parse(descriptionText(thing));
      expect(td.properties.on.forms).toEqual(thing.properties.on?.forms);
      expect(td.forms).toEqual(thing.forms);
      expect(JSON.parse(JSON.stringify(thing)).properties.on.forms).toEqual(td.properties.on.forms);
    }
  });

  it("give way to those that somebody sets, and to new ones when it is exposed anew", async () => {
    const [thing] = (await lamps("a")) as [ExposedThing];
    add(thing, "http://a");
    const on = thing.properties.on as { forms: { href: string; contentType?: string }[] };
    on.forms = [{ href: "x:own", contentType: "text/plain" }];
    expect(contentTypeAt(on, 0)).toBe("text/plain");
    expect(JSON.parse(descriptionText(thing)).properties.on.forms).toEqual(on.forms);
    (thing as unknown as HasThingForms).thingForms.reset();
    expect(on.forms).toEqual([]);
  });

  it("are found behind those that a server of another maker just pushes", async () => {
    const [thing] = (await lamps("a")) as [ExposedThing];
    const { thingForms } = thing as unknown as HasThingForms;
    add(thing, "http://a");
    thing.properties.on?.forms.push({ href: "x:foreign" });
    expect(add(thing, "coap://a", "coap")).toBe(4);
    thing.properties.label?.forms.push({ href: "x:label", contentType: "text/plain" });
    thingForms.seal();
    expect(hrefs(thing.properties.on?.forms)?.slice(2, 4)).toEqual(["x:foreign", "coap://a/on"]);
    expect(contentTypeAt(thing.properties.label ?? {}, 0)).toBe("text/plain");
    expect(JSON.parse(descriptionText(thing)).properties.label.forms).toHaveLength(1);
  });

  it("of a Thing of another maker are added to it as ever", async () => {
    const on = { forms: [] };
    const thing = { title: "x", properties: { on }, actions: {}, events: {}, forms: [] };
    expect(add(thing as never, "http://x")).toBe(1);
    expect(hrefs(on.forms)).toEqual(["http://x/on", 'http://x/on?"quoted"']);
  });
});
