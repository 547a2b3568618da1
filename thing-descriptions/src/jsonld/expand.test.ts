import { describe, expect, test } from "@jest/globals";
import { ExpansionLimitError, JsonLdError, RemoteContextError } from "../errors";
import type { JsonObject } from "../json/json";
import { expand } from "./expand";

const TD = "https://www.w3.org/2022/wot/td/v1.1";
const lamp = {
  "@context": TD,
  id: "urn:test:lamp",
  title: "Lamp",
  security: "nosec_sc",
  securityDefinitions: { nosec_sc: { scheme: "nosec" } },
};

async function one(document: object, options = {}): Promise<JsonObject> {
  const { nodes } = await expand(document, options);
  expect(nodes).toHaveLength(1);
  return nodes[0] as JsonObject;
}

/** Sums of a few values of each kind are enough to hold us to the published context. */
describe("the vocabulary of TD 1.1", () => {
  test("members of a Thing, an affordance, a schema, a form and a scheme get the standard's IRIs", async () => {
    const thing = await one({
      ...lamp,
      created: "2026-11-20T12:00:00Z",
      support: "mailto:a@example.com",
      version: { instance: "1.0.0", model: "2.0.0" },
      properties: {
        level: {
          type: "integer",
          minimum: 0,
          unit: "percent",
          readOnly: true,
          observable: true,
          forms: [{ href: "level", op: ["readproperty"], contentType: "application/json" }],
        },
      },
      securityDefinitions: { key_sc: { scheme: "apikey", in: "header", name: "X-Key" } },
      links: [
        { rel: "type", href: "https://example.com/lamp.tm.jsonld", type: "application/tm+json" },
      ],
    });
    const td = "https://www.w3.org/2019/wot/td#";
    const schema = "https://www.w3.org/2019/wot/json-schema#";
    const hctl = "https://www.w3.org/2019/wot/hypermedia#";
    const security = "https://www.w3.org/2019/wot/security#";
    const uri = "http://www.w3.org/2001/XMLSchema#anyURI";
    expect(thing).toEqual({
      "@id": "urn:test:lamp",
      [`${td}title`]: [{ "@value": "Lamp", "@language": "en" }],
      "http://purl.org/dc/terms/created": [
        { "@value": "2026-11-20T12:00:00Z", "@type": "http://www.w3.org/2001/XMLSchema#dateTime" },
      ],
      [`${td}supportContact`]: [{ "@value": "mailto:a@example.com", "@type": uri }],
      [`${td}versionInfo`]: [
        {
          [`${td}instance`]: [
            { "@value": "1.0.0", "@type": "http://www.w3.org/2001/XMLSchema#string" },
          ],
          [`${td}model`]: [{ "@value": "2.0.0" }],
        },
      ],
      [`${td}hasSecurityConfiguration`]: [
        { "@value": "nosec_sc", "@type": "http://www.w3.org/2001/XMLSchema#string" },
      ],
      [`${td}definesSecurityScheme`]: [
        {
          "@type": [`${security}APIKeySecurityScheme`],
          [`${td}hasInstanceConfiguration`]: [{ "@id": "key_sc" }],
          [`${security}in`]: [{ "@value": "header" }],
          [`${security}name`]: [{ "@value": "X-Key" }],
        },
      ],
      [`${td}hasPropertyAffordance`]: [
        {
          "@type": [`${schema}IntegerSchema`],
          [`${td}name`]: [{ "@value": "level" }],
          [`${td}isObservable`]: [{ "@value": true }],
          [`${schema}minimum`]: [{ "@value": 0 }],
          [`${schema}readOnly`]: [{ "@value": true }],
          "http://schema.org/unitCode": [{ "@id": `${schema}percent` }],
          [`${td}hasForm`]: [
            {
              [`${hctl}hasTarget`]: [{ "@value": "level", "@type": uri }],
              [`${hctl}hasOperationType`]: [{ "@id": `${td}readProperty` }],
              [`${hctl}forContentType`]: [{ "@value": "application/json" }],
            },
          ],
        },
      ],
      [`${td}hasLink`]: [
        {
          [`${hctl}hasRelationType`]: [{ "@value": "type" }],
          [`${hctl}hasTarget`]: [{ "@value": "https://example.com/lamp.tm.jsonld", "@type": uri }],
          [`${hctl}hintsAtMediaType`]: [{ "@value": "application/tm+json" }],
        },
      ],
    });
  });

  test.each([
    "https://www.w3.org/2019/wot/td/v1",
    ["https://www.w3.org/2019/wot/td/v1", TD],
    "http://www.w3.org/2022/wot/td/v1.1",
    [TD, { "@language": "de" }],
  ])("a Thing with the context %j is understood", async (context) => {
    const thing = await one({ ...lamp, "@context": context });
    expect(thing["https://www.w3.org/2019/wot/td#title"]).toMatchObject([{ "@value": "Lamp" }]);
  });

  test("what a directory adds is understood", async () => {
    const thing = await one({
      ...lamp,
      "@context": [TD, "https://www.w3.org/2022/wot/discovery"],
      "@type": "ThingDirectory",
      registration: { expires: "2026-11-21T12:00:00Z", ttl: 60 },
    });
    const discovery = "https://www.w3.org/2021/wot/discovery#";
    expect(thing["@type"]).toEqual([`${discovery}ThingDirectory`]);
    expect(thing[`${discovery}hasRegistrationInformation`]).toEqual([
      {
        [`${discovery}expires`]: [
          {
            "@value": "2026-11-21T12:00:00Z",
            "@type": "http://www.w3.org/2001/XMLSchema#dateTime",
          },
        ],
        [`${discovery}ttl`]: [
          { "@value": 60, "@type": "http://www.w3.org/2001/XMLSchema#unsignedInt" },
        ],
      },
    ]);
  });
});

describe("contexts", () => {
  test("one that is not at hand is refused with its URL and those that are", async () => {
    const failed = expand({ ...lamp, "@context": [TD, "https://example.com/plant.jsonld"] });
    await expect(failed).rejects.toThrow(RemoteContextError);
    await expect(failed).rejects.toMatchObject({
      code: "REMOTE_CONTEXT",
      url: "https://example.com/plant.jsonld",
      known: expect.arrayContaining([TD]),
    });
  });

  test.each([
    ["in a member", { links: [{ "@context": "https://example.com/x", href: "a" }] }],
    [
      "in a term",
      { "@context": [TD, { a: { "@id": "x:y", "@context": "https://example.com/x" } }] },
    ],
    ["relative", { "@context": [TD, "./context.jsonld"] }],
    ["a file", { "@context": "file:///etc/passwd" }],
  ])("a remote context %s is refused too", async (_where, members) => {
    await expect(expand({ ...lamp, ...members })).rejects.toThrow(RemoteContextError);
  });

  test("one that is handed in is used, and not changed", async () => {
    const url = "https://example.com/plant.jsonld";
    const contexts = { [url]: { "@context": { hall: "https://example.com/ns#hall" } } };
    const before = JSON.stringify(contexts);
    const thing = await one({ ...lamp, "@context": [TD, url], hall: "3" }, { contexts });
    expect(thing["https://example.com/ns#hall"]).toEqual([{ "@value": "3" }]);
    expect(JSON.stringify(contexts)).toBe(before);
  });

  test("contexts handed in that name each other are an error that tells the circle", async () => {
    const contexts = {
      "https://a.example/": { "@context": "https://b.example/" },
      "https://b.example/": { "@context": "https://a.example/" },
    };
    await expect(
      expand({ ...lamp, "@context": "https://a.example/" }, { contexts }),
    ).rejects.toThrow("https://a.example/ → https://b.example/ → https://a.example/");
  });

  test("where unknown ones are ignored, they are named", async () => {
    const url = "https://example.com/plant.jsonld";
    const { nodes, unknownContexts } = await expand(
      { ...lamp, "@context": [TD, url] },
      { unknownContexts: "ignore" },
    );
    expect(nodes).toHaveLength(1);
    expect(unknownContexts).toEqual([url]);
  });

  test("a context that imports another is refused, and leaves that one as it was", async () => {
    await expect(expand({ "@context": { "@import": TD, context: {} } })).rejects.toThrow(
      JsonLdError,
    );
    expect(await one(lamp)).toMatchObject({ "@id": "urn:test:lamp" });
  });

  test("a context that contradicts itself is an error with the code of JSON-LD", async () => {
    const failed = expand({ ...lamp, "@context": [TD, { a: "b:x", b: "a:y" }] });
    await expect(failed).rejects.toMatchObject({ code: "JSON_LD", fault: "cyclic IRI mapping" });
  });

  test.each([[[[]]], [null], [{}], [[]]])(
    "the context %j leaves nothing, and says what it dropped",
    async (context) => {
      const { nodes, dropped } = await expand({ "@context": context, title: "x" });
      expect(nodes).toEqual([]);
      expect(dropped).toEqual([{ name: "title", reason: "invalid property" }]);
    },
  );
});

describe("a document that means harm", () => {
  test.each([
    ["values", { list: Array.from({ length: 60_000 }, () => 0) }],
    ["characters", { title: "x".repeat(5_000_000) }],
    ["depth", nested(200)],
    ["contextWork", { links: linksWithContexts(8_000) }],
    ["contextWork", typeScoped(300)],
  ])("with too much %s is refused", async (limit, members) => {
    const failed = expand({ ...lamp, ...members });
    await expect(failed).rejects.toThrow(ExpansionLimitError);
    await expect(failed).rejects.toMatchObject({ limit });
  });

  test("is not refused where the limit is raised", async () => {
    const list = Array.from({ length: 60_000 }, () => 0);
    await expect(expand({ ...lamp, list }, { limits: { values: 100_000 } })).resolves.toBeDefined();
  });

  test("changes no prototype", async () => {
    await one({
      ...lamp,
      ...JSON.parse('{"__proto__":{"title":"x"}, "constructor":{"title":"x"}}'),
    });
    expect(({} as { title?: string }).title).toBeUndefined();
  });

  test("leaves the document it was given as it was", async () => {
    const document = { ...lamp, "@context": [TD, { x: "https://example.com/" }] };
    const before = JSON.stringify(document);
    await expand(document);
    expect(JSON.stringify(document)).toBe(before);
  });
});

function nested(depth: number): object {
  let value: object = {};
  for (let i = 0; i < depth; i += 1) value = { properties: { a: value } };
  return value;
}

function linksWithContexts(count: number): object[] {
  return Array.from({ length: count }, (_, i) => ({
    "@context": { [`a${i}`]: "https://example.com/" },
    href: "x",
  }));
}

function typeScoped(count: number): object {
  const types = Array.from({ length: count }, (_, i) => `T${i}`);
  const scoped = types.map((type) => [
    type,
    { "@id": `https://example.com/${type}`, "@context": { [`z${type}`]: "https://example.com/z" } },
  ]);
  return {
    "@context": [TD, Object.fromEntries(scoped)],
    links: Array.from({ length: 50 }, () => ({ "@type": types, href: "x" })),
  };
}
