import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "@jest/globals";
import { ThingModelHelpers } from "@thingweb/thing-model";
import tdSchema from "wot-thing-description-types/schema/td-json-schema-validation.json";
import { explain, instantiate, listThingModels, thingModelFile } from "../src";
import { isObject, type JsonObject } from "../src/json/json";
import { packageFile } from "../src/package-file";

const SUFFIX = ".tm.jsonld";
const values = { site: "factory", node: "fog-wifi", id: "wifi-1", title: "Climate 1", wsn: "wifi" };

function readModel(type: string): JsonObject {
  return JSON.parse(fs.readFileSync(thingModelFile(type), "utf8"));
}

/** As instantiated, with everything optional: inherited affordances are complete then. */
function whole(type: string): JsonObject {
  const [base] = (readModel(type).links ?? []) as { rel?: string; href?: string }[];
  const extended = base?.rel === "tm:extends" ? path.basename(base.href ?? "", SUFFIX) : type;
  // What the extending model declares again is required.
  const declared = affordances(readModel(type)).map(([name]) => `/${name}`);
  const inherited = (readModel(extended)["tm:optional"] ?? []) as string[];
  const optional = inherited.filter((one) => type === extended || !declared.includes(one));
  return instantiate(type, { ...values, optional }) as JsonObject;
}

function affordances(document: JsonObject): [string, JsonObject][] {
  return ["properties", "actions", "events"].flatMap((kind) =>
    Object.entries((document[kind] ?? {}) as Record<string, JsonObject>).map(
      ([name, affordance]): [string, JsonObject] => [`${kind}/${name}`, affordance],
    ),
  );
}

describe.each(listThingModels())("the Thing Model %s", (type) => {
  test("leaves nothing to remark, not even a warning", () => {
    expect(explain(fs.readFileSync(thingModelFile(type), "utf8"))).toEqual([]);
    expect(explain(whole(type), { partial: true })).toEqual([]);
  });

  test.each(affordances(whole(type)))(
    "%s has title, description, annotation and type",
    (path, affordance) => {
      expect(affordance).toMatchObject({
        title: expect.stringMatching(/^\p{Lu}/u),
        description: expect.stringMatching(/\.$/),
        "@type": expect.stringContaining(":"),
      });
      if (!path.startsWith("properties/")) return;
      expect(affordance.type ?? affordance.oneOf).toBeDefined();
      expect(affordance).toMatchObject({
        readOnly: expect.any(Boolean),
        observable: expect.any(Boolean),
      });
    },
  );

  test("every number has a unit and a least value", () => {
    const bare: string[] = [];
    const declared = type === "device" ? [] : affordances(readModel(type)).map(([name]) => name);
    visit(whole(type), "", (schema, path) => {
      if (schema.type !== "number" && schema.type !== "integer") return;
      // Of a quantity the base model does not know; a status code has no unit.
      if (!declared.includes("properties/threshold") && /threshold/i.test(path)) return;
      if (path.endsWith("/status")) return;
      const carrier = /\/oneOf\/\d+$/.test(path) ? carriers.get(path) : schema;
      if (carrier?.unit === undefined || (carrier.minimum ?? schema.minimum) === undefined)
        bare.push(path);
    });
    expect(bare).toEqual([]);
  });
});

// A nullable property says unit and range once, beside its oneOf.
const carriers = new Map<string, JsonObject>();
function visit(
  value: unknown,
  path: string,
  each: (schema: JsonObject, path: string) => void,
): void {
  if (Array.isArray(value))
    for (const [i, item] of value.entries()) visit(item, `${path}/${i}`, each);
  if (!isObject(value)) return;
  each(value, path);
  for (const [name, member] of Object.entries(value)) {
    if (name === "oneOf" && Array.isArray(member)) {
      for (const i of member.keys()) carriers.set(`${path}/oneOf/${i}`, value);
    }
    visit(member, `${path}/${name}`, each);
  }
}

describe("the terms of our models", () => {
  const context = JSON.parse(fs.readFileSync(packageFile("context", "fogwot.jsonld"), "utf8"));
  const prefixes = context["@context"] as Record<string, unknown>;
  const defined = new Set((context["@graph"] as JsonObject[]).map((term) => term["@id"]));

  test("prefixes are those of context/fogwot.jsonld, the same in every model", () => {
    for (const type of listThingModels()) {
      const [td, { "@language": language, ...own }] = readModel(type)["@context"] as [
        string,
        JsonObject,
      ];
      expect(td).toBe("https://www.w3.org/2022/wot/td/v1.1");
      expect(language).toBe("en");
      expect(prefixes).toMatchObject(own);
    }
  });

  test("each fog: term in use is defined, and each defined class is in use", () => {
    const text = listThingModels().map((type) => fs.readFileSync(thingModelFile(type), "utf8"));
    const used = new Set(text.join("").match(/(?<=")fog:[A-Za-z]+(?=")/g));
    expect([...used].filter((term) => !defined.has(term))).toEqual([]);
    const classes = [...defined].filter((term) => /^fog:[A-Z]/.test(String(term)));
    expect(classes.filter((term) => !used.has(String(term)))).toEqual([]);
  });

  test("the terms bindings write into forms are defined", () => {
    for (const name of [
      "requestTopic",
      "responseTopic",
      "errorTopic",
      "rttMs",
      "pdr",
      "measuredAt",
      "requests",
    ]) {
      expect(defined).toContain(`fog:${name}`);
    }
  });

  test("a member without prefix is a term of the TD vocabulary", () => {
    const vocabulary = new Set(["@context", "@type", "@language", "model"]);
    collectNames(tdSchema, vocabulary);
    const unknown = new Set<string>();
    for (const type of listThingModels()) {
      visit(readModel(type), "", (object, path) => {
        if (/(^|\/)(properties|actions|events|schemaDefinitions)$|@context/.test(path)) return;
        for (const name of Object.keys(object)) {
          if (!name.includes(":") && !vocabulary.has(name)) unknown.add(`${path}/${name}`);
        }
      });
    }
    expect([...unknown]).toEqual([]);
  });
});

function collectNames(schema: unknown, names: Set<string>): void {
  if (Array.isArray(schema)) for (const item of schema) collectNames(item, names);
  if (!isObject(schema)) return;
  if (isObject(schema.properties))
    for (const name of Object.keys(schema.properties)) names.add(name);
  for (const member of Object.values(schema)) collectNames(member, names);
}

describe("beside @thingweb/thing-model", () => {
  test.each(listThingModels())("%s has the same affordances", async (type) => {
    const helpers = new ThingModelHelpers({
      fetch: async (uri) => readModel(uri.replace(/^\.\/|\.tm\.jsonld$/g, "")),
    });
    const map = {
      SITE: "factory",
      NODE: "fog-wifi",
      ID: "wifi-1",
      TITLE: "Climate 1",
      WSN: "wifi",
    };
    const [theirs] = await helpers.getPartialTDs(readModel(type), { map });
    const ours = whole(type);
    for (const kind of ["properties", "actions", "events"])
      expect(ours[kind]).toEqual(theirs?.[kind]);
  });
});
