import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { InputError } from "../errors";
import { discover, exploreDirectory } from "./discovery";
import { ForeignServer, tdOf } from "./test/foreign-server";
import type { ThingDiscovery } from "./thing-discovery";

let server: ForeignServer;
beforeEach(async () => {
  server = await ForeignServer.start();
});
afterEach(() => server.stop());

const idsOf = async (things: ThingDiscovery) => (await things.toArray()).map((td) => td.id);

describe("a query", () => {
  beforeEach(() => {
    const context = (prefix: string) => ({
      "@context": [
        "https://www.w3.org/2022/wot/td/v1.1",
        { [prefix]: "https://saref.etsi.org/core/", fog: "https://fogwot.dev/ns#", om: "urn:om:" },
      ],
    });
    const reading = { type: "number", unit: "om:C", forms: [{ href: "http://x/" }] };
    server.directory();
    server.on("/things", {
      body: [
        tdOf("a", { ...context("saref"), "@type": "saref:Sensor", "fog:site": "north" }),
        tdOf("b", { ...context("s"), "@type": ["s:Sensor"], properties: { t: reading } }),
        tdOf("c", { description: "plain", support: "mailto:a@b.c" }),
      ],
    });
  });

  it.each([
    [{}, ["urn:a", "urn:b", "urn:c"]],
    [{ type: ["saref:Sensor"] }, ["urn:a", "urn:b"]],
    [{ type: ["https://saref.etsi.org/core/Sensor"], unit: ["urn:om:C"] }, ["urn:b"]],
    [{ location: ["north"] }, ["urn:a"]],
    [{ fragment: { support: "mailto:a@b.c" } }, ["urn:c"]],
    [{ fragment: { "@type": "s:Sensor", properties: { t: { type: "number" } } } }, ["urn:b"]],
    [{ fragment: { properties: { t: { forms: [{ href: "http://x/" }] } } } }, ["urn:b"]],
    [{ fragment: { title: "none" } }, []],
    [{ predicate: ({ title }: { title?: unknown }) => title === "c" }, ["urn:c"]],
  ])("for %j finds %j", async (query, wanted) => {
    const things = await exploreDirectory(`${server.base}/.well-known/wot`, { query });
    expect(await idsOf(things)).toEqual(wanted);
  });

  it("that is none is refused at once", () => {
    expect(() => discover([], { query: { type: ["nobody:Sensor"] } })).toThrow(InputError);
  });

  it("passes over what cannot be expanded, and says so", async () => {
    const readMeaning = async () => {
      throw new RangeError("no JSON-LD");
    };
    const query = { type: ["saref:Sensor"] };
    const things = discover([`${server.base}/things`], { query, readMeaning });
    expect(await idsOf(things)).toEqual([]);
    expect(things.findings).toHaveLength(3);
  });
});
