import { describe, expect, it } from "@jest/globals";
import { type ExposedThing, Servient, serializeTD } from "@node-wot/core";
import { descriptionText } from "./description-text";

const INITS = [
  { title: "nothing" },
  { title: "empty", properties: {}, actions: {}, events: {}, links: [] },
  {
    title: "lamp",
    id: "urn:test:lamp",
    "@context": ["https://www.w3.org/2022/wot/td/v1.1", { "@language": "en" }],
    securityDefinitions: { basic_sc: { scheme: "basic" } },
    security: "basic_sc",
    links: [{ rel: "type", href: "urn:model" }],
    properties: {
      on: { type: "boolean", observable: true, forms: [{ href: "test://a/on" }] },
      label: { type: "string", readOnly: true, writeOnly: false, title: "„Schild“" },
    },
    actions: { flash: { safe: true }, reset: {} },
    events: { moved: { data: { type: "integer" } } },
    "ex:more": [1, { two: null }],
  },
];

describe("the text of a description", () => {
  it.each(INITS)("of $title is what node-wot writes, member by member", async (init) => {
    const wot = await new Servient().start();
    const thing = (await wot.produce(structuredClone(init) as never)) as unknown as ExposedThing;
    expect(descriptionText(thing)).toBe(serializeTD(thing as never));
    expect(JSON.parse(descriptionText(thing))).toEqual(thing.getThingDescription());
  });

  it("leaves the Thing as it is", async () => {
    const wot = await new Servient().start();
    const thing = (await wot.produce({ title: "x", properties: { a: {} } })) as never;
    const before = JSON.stringify(thing);
    descriptionText(thing);
    expect(JSON.stringify(thing)).toBe(before);
  });
});
