import { describe, expect, it } from "@jest/globals";
import type { ExposedThing } from "@node-wot/core";
import { FormTexts } from "./compact-forms";

type Forms = { href: string; [term: string]: unknown }[];

function thing(name: string): ExposedThing {
  return {
    properties: { on: { type: "boolean" }, label: { type: "string" } },
    actions: { flash: {} },
    events: {},
    name,
  } as never;
}

/** What three bindings would add. */
function formsOf(name: string, affordance: string): Forms {
  return [
    { href: `http://127.0.0.1:8080/${name}/${affordance}`, op: ["readproperty"] },
    { href: `coap://127.0.0.1:5683/${name}/${affordance}{?unit}`, contentType: "a/b" },
    {
      href: "mqtt://127.0.0.1:1883",
      "mqv:topic": `fogwot/"quoted"/${name}/${affordance}`,
      "fog:requestTopic": `fogwot/"quoted"/${name}/${affordance}/get/{corr}`,
    },
  ];
}

const PATHS = ["properties/on", "properties/label", "actions/flash"] as const;

function affordance(of: ExposedThing, path: string): { forms: Forms } {
  const [kind = "", name = ""] = path.split("/");
  return (of as unknown as Record<string, Record<string, { forms: Forms }>>)[kind]?.[name] as never;
}

function exposed(texts: FormTexts, name: string): ExposedThing {
  const one = thing(name);
  texts.prepare(one);
  for (const path of PATHS) affordance(one, path).forms.push(...formsOf(name, path));
  texts.compact(one);
  return one;
}

describe("compact forms", () => {
  it("are the forms that were added, by member, in JSON, and in a copy of the affordance", () => {
    const one = exposed(new FormTexts(), "lamp-1");
    for (const path of PATHS) {
      const { forms } = affordance(one, path);
      expect(forms).toEqual(formsOf("lamp-1", path));
      expect({ ...affordance(one, path) }).toMatchObject({ forms: formsOf("lamp-1", path) });
    }
    expect(JSON.parse(JSON.stringify(one)).actions.flash).toEqual({
      forms: formsOf("lamp-1", "actions/flash"),
    });
  });

  it("of Things that differ in their addresses only are held once, until the last is gone", () => {
    const texts = new FormTexts();
    const things = Array.from({ length: 20 }, (_, n) => exposed(texts, `lamp-${n}`));
    expect(texts.size).toBe(PATHS.length);
    for (const one of things.slice(1)) texts.release(one);
    expect(texts.size).toBe(PATHS.length);
    expect(affordance(things[0] as ExposedThing, "properties/on").forms).toHaveLength(3);
    for (const one of things) texts.release(one);
    expect(texts.size).toBe(0);
  });

  it("survive addresses that hold or repeat each other, or hold what patterns take for special", () => {
    for (const name of ["properties", "a/properties/b", "$&", "$1", "x".repeat(300), "ü %2F"]) {
      const one = exposed(new FormTexts(), name);
      for (const path of PATHS) expect(affordance(one, path).forms).toEqual(formsOf(name, path));
    }
  });

  it("give way to others when the Thing is exposed anew, and can be set as any member", () => {
    const texts = new FormTexts();
    const one = exposed(texts, "lamp-1");
    texts.prepare(one);
    expect(affordance(one, "properties/on").forms).toEqual([]);
    affordance(one, "properties/on").forms = formsOf("lamp-2", "properties/on");
    expect(affordance(one, "properties/on").forms).toEqual(formsOf("lamp-2", "properties/on"));
  });

  it("hold a change for as long as somebody looks at them, which is what bindings rely on", () => {
    const one = exposed(new FormTexts(), "lamp-1");
    const { forms } = affordance(one, "properties/on");
    expect(affordance(one, "properties/on").forms).toBe(forms);
  });
});
