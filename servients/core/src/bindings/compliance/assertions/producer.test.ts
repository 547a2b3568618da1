import { expand } from "@fogwot/thing-descriptions";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { Form } from "@node-wot/core";
import { type RunningServient, startServient } from "../../../servient";
import { startAedes, type TestBroker } from "../../mqtt/test/brokers";
import { benchmarkInit, implementBenchmark } from "../benchmark-thing";

/** What TD 1.1 demands of who writes a Thing Description, by the ids of its assertions. */
interface Described {
  readonly forms: readonly Form[];
  readonly [term: string]: unknown;
}
type Td = Described & Record<"properties" | "actions" | "events", Record<string, Described>>;

let broker: TestBroker;
let servient: RunningServient;
let td: Td;
let text: Record<string, Buffer>;

beforeAll(async () => {
  broker = await startAedes();
  servient = await startServient({
    name: "producer",
    http: { port: 0 },
    coap: { port: 0 },
    mqtt: { brokerUrl: broker.url, topicPrefix: "fogwot/test" },
  });
  const thing = await servient.wot.produce(benchmarkInit("urn:fogwot:test:producer", "producer"));
  implementBenchmark(thing);
  await thing.expose();
  td = thing.getThingDescription() as unknown as Td;
  const urls = {
    http: `http://127.0.0.1:${servient.ports.http}/producer`,
    coap: `coap://127.0.0.1:${servient.ports.coap}/producer`,
    mqtt: `${broker.url}/fogwot/test/producer`,
  };
  text = {};
  for (const [scheme, url] of Object.entries(urls)) {
    const client = servient.servient.getClientFor(scheme);
    text[scheme] = await (await client.requestThingDescription(url)).toBuffer();
  }
});
afterAll(async () => {
  await servient.stop();
  await broker.stop();
});

const ops = (form: Form): string[] => [form.op ?? []].flat();
const affordances = (): Described[] =>
  (["properties", "actions", "events"] as const).flatMap((kind) => Object.values(td[kind]));
const allForms = (): Form[] => [td as Described, ...affordances()].flatMap(({ forms }) => forms);

describe("a Thing Description of ours", () => {
  it("td-json-open, _utf-8, _no-byte-order: is the same UTF-8 JSON over every binding, without a mark", () => {
    for (const bytes of Object.values(text)) {
      expect([...bytes.subarray(0, 1)]).toEqual(["{".charCodeAt(0)]);
      const decoded = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
      expect(JSON.parse(decoded)).toEqual(JSON.parse(JSON.stringify(td)));
    }
  });

  it("td-context-ns-thing-mandatory: has the context of TD 1.1 first, and every term of ours is declared", async () => {
    expect([td["@context"]].flat()[0]).toBe("https://www.w3.org/2022/wot/td/v1.1");
    const { dropped, nodes } = await expand(td);
    expect(dropped).toEqual([]);
    // A prefix that is declared nowhere would stand there as if it were a scheme.
    const names = [...JSON.stringify(nodes).matchAll(/"(cov|mqv|fog|htv):[^"]*":/g)];
    expect(names.map(([name]) => name)).toEqual([]);
  });

  it("td-vocab-title--Thing, td-vocab-security--Thing, td-vocab-forms, td-vocab-href--Form: has what is mandatory", () => {
    expect(td).toMatchObject({
      title: expect.any(String),
      security: [expect.any(String)],
      securityDefinitions: expect.any(Object),
    });
    for (const { forms } of affordances()) expect(forms.length).toBeGreaterThan(0);
    for (const { href } of allForms()) expect(URL.canParse(href)).toBe(true);
  });

  it("td-op-for-property, -action, -event, -thing, well-known-operation-types-only: names only its own operations", () => {
    const allowed = {
      properties: /^(read|write|observe|unobserve)property$/,
      actions: /^(invoke|query|cancel)action$/,
      events: /^(un)?subscribeevent$/,
    };
    for (const [kind, pattern] of Object.entries(allowed)) {
      for (const { forms } of Object.values(td[kind as "events"])) {
        expect(forms.length).toBeGreaterThan(0);
        for (const op of forms.flatMap(ops)) expect(op).toMatch(pattern);
      }
    }
    const whole =
      /^((read|write)(all|multiple)properties|(un)?observeallproperties|queryallactions|(un)?subscribeallevents)$/;
    for (const form of td.forms) {
      expect(ops(form).length).toBeGreaterThan(0);
      for (const op of ops(form)) expect(op).toMatch(whole);
    }
  });

  it("td-binding-multiple-ops, td-default-binding-method: binds no operation to the method of another", () => {
    const methods: Record<string, string> = { read: "GET", query: "GET", invoke: "POST" };
    const kindOf = (op: string): string =>
      /^(un)?([a-z]+?)(all|multiple|prop|event|action)/.exec(op)?.[2] ?? op;
    const named = allForms().filter((form) => form["htv:methodName"] ?? form["cov:method"]);
    expect(named.length).toBeGreaterThan(10);
    for (const form of named) {
      const method = form["htv:methodName"] ?? form["cov:method"];
      const kinds = new Set(ops(form).map(kindOf));
      expect([form.href, kinds.size]).toEqual([form.href, 1]);
      const [kind = ""] = kinds;
      expect([kind, method]).toEqual([kind, methods[kind] ?? method]);
    }
    const several = allForms().filter((form) => new Set(ops(form).map(kindOf)).size > 1);
    for (const form of several) expect(form).not.toHaveProperty("htv:methodName");
  });

  it("td-default-contentType, -observable, -readOnly: says itself what has a default", () => {
    for (const { contentType } of allForms()) expect(contentType).toEqual(expect.any(String));
    for (const property of Object.values(td.properties)) {
      expect(property).toMatchObject({
        readOnly: expect.any(Boolean),
        writeOnly: expect.any(Boolean),
        observable: expect.any(Boolean),
      });
    }
    for (const { safe, idempotent } of Object.values(td.actions)) {
      expect([typeof safe, typeof idempotent]).toEqual(["boolean", "boolean"]);
    }
  });

  it("td-additionalExpectedResponse-contentType, -schema: tells every type an answer can have", () => {
    for (const form of allForms().filter(({ href }) => href.startsWith("http"))) {
      const problem = { success: false, contentType: "application/problem+json" };
      expect(form.additionalResponses).toContainEqual(problem);
    }
    for (const form of allForms()) {
      for (const { schema } of (form.additionalResponses ?? []) as { schema?: string }[]) {
        if (schema) expect(td.schemaDefinitions).toHaveProperty(schema);
      }
    }
  });

  it("td-vocab-synchronous--ActionAffordance: tells of every action whether it answers with its output", () => {
    for (const { synchronous } of Object.values(td.actions))
      expect(typeof synchronous).toBe("boolean");
  });

  it("td-uriVariables-dataschema: declares each variable of each form, and none that is no scalar", () => {
    const names = (holder: Described): object => ({
      ...(td.uriVariables as object),
      ...(holder.uriVariables as object),
    });
    for (const holder of [td as Described, ...affordances()]) {
      const declared = names(holder) as Record<string, { type?: string }>;
      for (const { href } of holder.forms) {
        const used = [...href.matchAll(/\{[?&]?([^}]+)\}/g)].flatMap(([, list]) =>
          list?.split(","),
        );
        for (const name of used) expect(Object.keys(declared)).toContain(name);
      }
      for (const { type } of Object.values(declared))
        expect(["object", "array"]).not.toContain(type);
    }
  });
});

describe("the security of a Thing Description of ours", () => {
  it("td-security-mandatory, -activation, -no-extras: is active, defined, and nothing else is", () => {
    const { security, securityDefinitions } = td as unknown as {
      security: string[];
      securityDefinitions: object;
    };
    expect(security.length).toBeGreaterThan(0);
    expect(Object.keys(securityDefinitions)).toEqual(expect.arrayContaining(security));
    expect(Object.keys(securityDefinitions).sort()).toEqual([...security].sort());
  });
});
