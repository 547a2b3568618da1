import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "@jest/globals";
import { expand, iriOf, listThingModels, thingModelFile } from "../src";
import { isObject, type JsonObject } from "../src/json/json";
import { packageFile } from "../src/package-file";

const GOLDEN = packageFile("descriptions");
const FILES = [
  ...listThingModels().map(thingModelFile),
  ...fs.readdirSync(GOLDEN).map((name) => path.join(GOLDEN, name)),
].map((file): [name: string, file: string] => [path.basename(file), file]);

const read = (file: string): JsonObject => JSON.parse(fs.readFileSync(file, "utf8"));

/** Prefixed names of ours, as members and as values: `fog:site`, `qudt-unit:DEG_C`. */
function termsIn(document: JsonObject): Set<string> {
  const { "@context": _context, ...rest } = document;
  return new Set(JSON.stringify(rest).match(/(?<=")(?:fog|qudt-unit|saref|sosa):[\w-]+(?=")/g));
}

/** Every IRI that the graph says: names of members, classes, references. */
function irisIn(value: unknown, iris = new Set<string>()): Set<string> {
  if (Array.isArray(value)) for (const item of value) irisIn(item, iris);
  if (!isObject(value)) return iris;
  for (const [name, member] of Object.entries(value)) {
    if (name === "@id") iris.add(String(member));
    else if (name === "@type") for (const type of [member].flat()) iris.add(String(type));
    else {
      if (!name.startsWith("@")) iris.add(name);
      irisIn(member, iris);
    }
  }
  return iris;
}

describe.each(FILES)("%s", (_name, file) => {
  test("expands with nothing dropped, and each of our terms in it", async () => {
    const document = read(file);
    const { nodes, dropped } = await expand(document);
    expect(dropped).toEqual([]);
    const iris = irisIn(nodes);
    const terms = [...termsIn(document)];
    expect(terms.length).toBeGreaterThan(5);
    expect(terms.filter((term) => !iris.has(iriOf(term) ?? ""))).toEqual([]);
    // A prefix that was not declared would stand there as the scheme of an IRI.
    expect(
      [...iris].filter((iri) => /^(?:fog|qudt-unit|saref|sosa|cov|mqv|htv|tm):/.test(iri)),
    ).toEqual([]);
  });
});

test("terms that bindings write into forms expand, with the type they have", async () => {
  const base = read(path.join(GOLDEN, "wifi-1.td.jsonld"));
  const form = {
    href: "mqtt://127.0.0.1:1883",
    op: ["invokeaction"],
    "mqv:topic": "fogwot/factory/fog-wifi/wifi-1/actions/ping",
    "mqv:qos": "1",
    "cov:method": "POST",
    "fog:requestTopic": "a/{corr}",
    "fog:responseTopic": "b/{corr}",
    "fog:errorTopic": "c/{corr}",
    "fog:rttMs": 12.5,
    "fog:pdr": 1,
  };
  const { nodes, dropped } = await expand({ ...base, actions: { ping: { forms: [form] } } });
  expect(dropped).toEqual([]);
  const iris = irisIn(nodes);
  for (const name of ["requestTopic", "responseTopic", "errorTopic", "rttMs", "pdr"]) {
    expect(iris).toContain(`https://fogwot.dev/ns#${name}`);
  }
  expect(iris).toContain("https://www.w3.org/2019/wot/mqtt#topic");
  expect(iris).toContain("https://www.w3.org/2019/wot/coap#method");
});

test("our own vocabulary expands: each term with label and description", async () => {
  const { nodes, dropped } = await expand(read(packageFile("context", "fogwot.jsonld")));
  expect(dropped).toEqual([]);
  for (const node of nodes) {
    expect(node["@id"]).toMatch(/^https:\/\/fogwot\.dev\/ns#\w+$/);
    expect(node).toMatchObject({
      "http://www.w3.org/2000/01/rdf-schema#label": [{ "@value": expect.any(String) }],
      "http://www.w3.org/2000/01/rdf-schema#comment": [{ "@value": expect.stringMatching(/\.$/) }],
    });
  }
});
