import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { DirectoryApp } from "../test/directory-app";
import { sampleTd } from "../test/sample-td";

let app: DirectoryApp;

const tds = [
  {
    ...sampleTd("urn:a", { title: "A" }),
    "@context": [
      ...(sampleTd("urn:a")["@context"] as unknown[]),
      { om: "http://www.ontology-of-units-of-measure.org/resource/om-2/" },
    ],
    properties: { t: temperature("om:degreeCelsius") },
  },
  { ...sampleTd("urn:b", { title: "B" }), properties: { t: temperature("celsius") } },
  {
    ...sampleTd("urn:c", { title: "C" }),
    "@context": [
      "https://www.w3.org/2022/wot/td/v1.1",
      {
        s: "https://saref.etsi.org/core/",
        u: "http://www.ontology-of-units-of-measure.org/resource/om-2/",
        geo: "http://www.w3.org/2003/01/geo/wgs84_pos#",
        place: "https://schema.org/",
        f: "https://fogwot.dev/ns#",
      },
    ],
    "@type": ["s:Sensor", "Thing"],
    "f:site": "factory",
    "place:location": { "@id": "https://plant.example/hall-3", "place:name": "Hall 3" },
    "geo:lat": 52.5,
    "geo:long": 13.4,
    actions: {
      heat: {
        "@type": "s:OnCommand",
        input: { type: "object", properties: { to: { type: "number", unit: "u:degreeCelsius" } } },
        forms: [{ href: "http://127.0.0.1:1/" }],
      },
    },
  },
];

function temperature(unit: string) {
  return { type: "number", unit, forms: [{ href: "http://127.0.0.1:1/" }] };
}

beforeAll(async () => {
  app = await DirectoryApp.start();
  for (const td of tds) expect((await app.put(td.id, td)).status).toBe(201);
});
afterAll(() => app.stop());

const jsonPath = (query: string, on = app) =>
  on.get(`/search/jsonpath?query=${encodeURIComponent(query)}`);

describe("a JSONPath search", () => {
  it.each([
    ["$[*].id", ["urn:a", "urn:b", "urn:c"]],
    ["$[?@.title=='B'].id", ["urn:b"]],
    ["$[?(@.title=='B')]['id']", ["urn:b"]],
    ["$[?@['@type'][?@=='s:Sensor']].title", ["C"]],
    ["$[?match(@.title, '[AC]')].id", ["urn:a", "urn:c"]],
    ["$[?length(@.title) > 5]", []],
    ["$[?count(@.properties.*) == 1 && @.id > 'urn:a'].id", ["urn:b"]],
    ["$[-1]..unit", ["u:degreeCelsius"]],
    ["$[0:2].title", ["A", "B"]],
    ["$.nothing", []],
    ["$[?@.registration.created].id", ["urn:a", "urn:b", "urn:c"]],
  ])("for %s finds %j", async (query, wanted) => {
    const answer = await jsonPath(query);
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "application/json"]);
    expect(answer.json()).toEqual(wanted);
  });

  it("gives whole Thing Descriptions as they are retrieved", async () => {
    const [found] = (await jsonPath("$[?@.id=='urn:a']")).json<{ registration: object }[]>();
    const { registration, ...td } = (await app.get("/things/urn:a")).json<{
      registration: object;
    }>();
    expect(registration).toMatchObject(found?.registration ?? {});
    expect(found).toMatchObject(td);
  });

  it("follows what comes, changes and goes", async () => {
    const other = await DirectoryApp.start();
    const titles = async () => (await jsonPath("$[*].title", other)).json();
    expect(await titles()).toEqual([]);
    await other.put("urn:b", sampleTd("urn:b", { title: "B" }));
    await other.put("urn:a", sampleTd("urn:a", { title: "A" }));
    expect(await titles()).toEqual(["A", "B"]);
    await other.patch("urn:b", { title: "new" });
    expect(await titles()).toEqual(["A", "new"]);
    const modified = async () => (await jsonPath("$[0].registration.modified", other)).json();
    const before = await modified();
    await other.patch("urn:a", {});
    expect(await modified()).not.toEqual(before);
    await other.send("DELETE", "/things/urn:a");
    expect(await titles()).toEqual(["new"]);
    await other.stop();
  });

  it.each(["", "$[", "id", "$[?@.a=]", "$..", "$[?nonsense(@)]", "$[?@.a==1 &&]", "$ "])(
    "refuses %j, which is no JSONPath",
    async (query) => {
      const answer = await jsonPath(query);
      expect([answer.status, answer.json().status]).toEqual([400, 400]);
      expect(answer.headers.get("content-type")).toMatch(/^application\/problem\+json/);
    },
  );

  it("refuses a missing, a second, an endless query, and other parameters", async () => {
    for (const query of [
      "",
      "?query=$&query=$",
      `?query=${"$".repeat(5000)}`,
      "?query=$&limit=1",
    ]) {
      expect((await app.get(`/search/jsonpath${query}`)).status).toBe(400);
    }
  });

  it.each([
    ["a regular expression that backtracks without end", "$[?search(@.title, '^(a+)+$')]"],
    ["descents in descents", `$${"..[*]".repeat(12)}`],
  ])("gives up %s, and answers the next query", async (_what, query) => {
    const other = await DirectoryApp.start({ routes: { search: { timeoutMs: 1000 } } });
    const deep = JSON.parse(`${'{"a":'.repeat(40)}1${"}".repeat(40)}`) as object;
    await other.put("urn:a", { ...sampleTd("urn:a", { title: `${"a".repeat(40)}b` }), deep });
    const [costly, next] = await Promise.all([jsonPath(query, other), jsonPath("$[*].id", other)]);
    expect([costly.status, costly.json().code]).toEqual([400, "QUERY_TOO_COSTLY"]);
    expect(next.json()).toEqual(["urn:a"]);
    await other.stop();
  });

  it("has limits on what is selected, and says so", async () => {
    const search = { maxResults: 5, maxResultCharacters: 400 };
    const other = await DirectoryApp.start({ routes: { search } });
    for (const td of tds) await other.put(td.id, td);
    expect((await jsonPath("$..*", other)).json()).toMatchObject({ code: "QUERY_TOO_COSTLY" });
    expect((await jsonPath("$[0]", other)).json()).toMatchObject({ code: "QUERY_TOO_COSTLY" });
    await other.stop();
  });

  it("runs no code that a query brings", async () => {
    for (const query of ["$[?(process.exit())]", "$[(@.length-1)]", "$[?@.constructor('x')]"]) {
      expect((await jsonPath(query)).status).toBe(400);
    }
  });
});

describe("a semantic search", () => {
  const find = async (query: string) => {
    const answer = await app.get(`/search/semantic?${query}`);
    expect(answer.status).toBe(200);
    return answer.json<{ id: string }[]>().map(({ id }) => id);
  };

  it.each([
    ["type=fog:Device", ["urn:a", "urn:b"]],
    ["type=https://fogwot.dev/ns%23Device", ["urn:a", "urn:b"]],
    ["type=saref:Sensor", ["urn:c"]],
    ["type=Thing", ["urn:c"]],
    ["type=saref:Sensor&type=fog:Device", []],
    ["type=saref:OnCommand", ["urn:c"]],
    [
      "unit=http://www.ontology-of-units-of-measure.org/resource/om-2/degreeCelsius",
      ["urn:a", "urn:c"],
    ],
    ["unit=celsius", ["urn:b"]],
    ["location=Hall%203", ["urn:c"]],
    ["location=https://plant.example/hall-3", ["urn:c"]],
    ["location=factory", ["urn:c"]],
    ["location=hall%203", []],
    ["near=52.5,13.4,0", ["urn:c"]],
    ["near=52.51,13.4,1500", ["urn:c"]],
    ["near=52.51,13.4,1000", []],
    ["type=saref:Sensor&location=factory&near=52,13,100000", ["urn:c"]],
    ["", ["urn:a", "urn:b", "urn:c"]],
  ])("for %s finds %j", async (query, wanted) => {
    expect(await find(query)).toEqual(wanted);
  });

  it("has pages like the listing, whose links keep the query", async () => {
    const answer = await app.get("/search/semantic?type=fog:Device&limit=1");
    const link = answer.headers.get("link") ?? "";
    expect(answer.headers.get("content-type")).toBe("application/ld+json");
    expect(link).toContain('</search/semantic?type=fog%3ADevice&offset=1&limit=1>; rel="next"');
    expect(link).toContain('</search/semantic?type=fog%3ADevice>; rel="canonical"; etag=');
    expect(await find("type=fog%3ADevice&offset=1&limit=1")).toEqual(["urn:b"]);
  });

  it.each(["type=nobody:Sensor", "type=", "near=1,2", "near=a,b,c", "near=91,0,1", "color=red"])(
    "refuses %s",
    async (query) => {
      const answer = await app.get(`/search/semantic?${query}`);
      expect([answer.status, answer.json()]).toMatchObject([400, { code: "INPUT" }]);
    },
  );

  it("reads a description as JSON-LD: aliases, and nothing of contexts that are not at hand", async () => {
    const other = await DirectoryApp.start();
    const aliases = { Thermometer: "https://saref.etsi.org/core/Sensor" };
    const context = ["https://www.w3.org/2022/wot/td/v1.1", "http://127.0.0.1:1/context", aliases];
    await other.put("urn:a", { ...sampleTd("urn:a"), "@context": context, "@type": "Thermometer" });
    await other.put("urn:b", { ...sampleTd("urn:b"), "@context": [...context, { "@vocab": 5 }] });
    const answer = await other.get("/search/semantic?type=saref:Sensor");
    expect(answer.json()).toMatchObject([{ id: "urn:a" }]);
    await other.stop();
  });

  it("follows what changes", async () => {
    await app.patch("urn:b", { "@type": ["saref:Sensor"] });
    expect(await find("type=fog:Device")).toEqual(["urn:a"]);
    await app.put("urn:b", tds[1]);
    expect(await find("type=fog:Device")).toEqual(["urn:a", "urn:b"]);
  });
});
