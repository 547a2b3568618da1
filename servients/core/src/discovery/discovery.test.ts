import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { discover, exploreDirectory, requestThingDescription, wellKnownUrl } from "./discovery";
import { DiscoveryFailedError, InvalidThingDescriptionError, NotADirectoryError } from "./errors";
import { ForeignServer, tdOf } from "./test/foreign-server";
import type { ThingDiscovery } from "./thing-discovery";

let server: ForeignServer;
beforeEach(async () => {
  server = await ForeignServer.start();
});
afterEach(() => server.stop());

const idsOf = async (things: ThingDiscovery) => (await things.toArray()).map((td) => td.id);
const describedBy = (href: string) => ({
  "@type": "ThingLink",
  links: [{ rel: "describedby", href, type: "application/td+json" }],
});

/** A listing of so many Things in pages. */
function listInPages(count: number, options: { relative?: boolean } = {}): void {
  server.on("/things", (_request, url) => {
    const [offset, limit] = ["offset", "limit"].map((name) => Number(url.searchParams.get(name)));
    const all = Array.from({ length: count }, (_, i) => tdOf(`t${i}`));
    const next = (offset ?? 0) + (limit || count);
    const target = `${options.relative ? "" : server.base}/things?offset=${next}&limit=${limit}`;
    return {
      body: all.slice(offset, next),
      headers: next < count ? { link: [`<${target}>; rel="next"`] } : {},
    };
  });
}

describe("W3C WoT Discovery, assertion", () => {
  it("discoverer-must-support-intros: a URL, a well-known URI, and CoRE links", async () => {
    server.on("/.well-known/core", {
      body: '</a>;rt="wot.thing",</b>;rt=wot.thing,</c>;rt=other',
      headers: { "content-type": "application/link-format" },
    });
    for (const id of ["a", "b", "c"]) server.thing(id);
    expect(await idsOf(discover([`${server.base}/c`]))).toEqual(["urn:c"]);
    expect(await idsOf(discover([`${server.base}/.well-known/core`]))).toEqual(["urn:a", "urn:b"]);
    server.directory();
    server.on("/things", { body: [tdOf("d")] });
    expect(await idsOf(discover([wellKnownUrl(server.base)]))).toEqual(["urn:d"]);
  });

  it("discoverer-must-support-fetching", async () => {
    expect(await requestThingDescription(server.thing("a"))).toMatchObject({ id: "urn:a" });
  });

  it("discoverer-merge-intros, discoverer-may-multiple-intro", async () => {
    const [a, b] = [server.thing("a"), server.thing("b")];
    server.on("/copy", { body: tdOf("a", { title: "copy" }) });
    server.directory();
    server.on("/things", { body: [tdOf("b"), tdOf("c"), tdOf("a")] });
    const found = discover([a, b, a, `${server.base}/copy`, `${server.base}/.well-known/wot`]);
    const things = await found.toArray();
    expect(things.map(({ id, title }) => [id, title])).toEqual([
      ["urn:a", "a"],
      ["urn:b", "b"],
      ["urn:c", "c"],
    ]);
    expect(found.findings).toEqual([]);
  });

  it.each([
    ["ThingLink", "https://www.w3.org/2022/wot/discovery"],
    ["https://www.w3.org/2022/wot/discovery#ThingLink", { x: "urn:x" }],
    ["d:ThingLink", { d: "https://www.w3.org/2022/wot/discovery-ontology#" }],
    ["d:ThingLink", { d: "https://www.w3.org/2021/wot/discovery#" }],
  ])("discoverer-td-identify: %s", async (type, context) => {
    const link = { ...describedBy(server.thing("a")), "@type": ["Thing", type] };
    const contexts = { "@context": ["https://www.w3.org/2022/wot/td/v1.1", context] };
    expect(await idsOf(discover([server.thing("link", { ...link, ...contexts })]))).toEqual([
      "urn:a",
    ]);
  });

  it("discoverer-fetch-tdd, discoverer-fetch-links, discoverer-fetch-iteration", async () => {
    const inner = tdOf("inner", {
      "@type": "ThingDirectory",
      base: server.base,
      properties: { things: { forms: [{ href: "inner-things" }] } },
    });
    server.directory();
    server.on("/things", {
      body: [tdOf("link", { ...describedBy("/b"), base: server.base }), inner, tdOf("a")],
    });
    server.on("/inner-things", { body: [tdOf("c"), tdOf("link2", describedBy("link3"))] });
    server.thing("link3", describedBy("d"));
    for (const id of ["b", "d"]) server.thing(id);
    expect(await idsOf(await exploreDirectory(`${server.base}/.well-known/wot`))).toEqual([
      "urn:c",
      "urn:a",
      "urn:b",
      "urn:d",
    ]);
  });

  it("discoverer-track: nothing is fetched twice, and circles end", async () => {
    server.thing("a");
    server.thing("one", describedBy("/two"));
    server.thing("two", describedBy("/one#again"));
    const url = server.directory();
    const link = tdOf("to-itself", describedBy(url));
    server.on("/things", {
      body: [
        link,
        tdOf("l", describedBy(`${server.base}/one`)),
        tdOf("m", describedBy(`${server.base}/a`)),
        tdOf("n", describedBy(`${server.base}/a`)),
      ],
    });
    expect(await idsOf(discover([url, url]))).toEqual(["urn:a"]);
    expect(server.requests.length).toBe(new Set(server.requests).size);
  });

  it("discoverer-termination: at any point", async () => {
    server.directory("/things{?offset,limit}");
    listInPages(1000);
    const things = await exploreDirectory(`${server.base}/.well-known/wot`, { pageSize: 10 });
    let count = 0;
    for await (const _ of things) if (++count === 15) things.stop();
    expect([count, things.done, server.requests.length]).toEqual([15, true, 3]);
  });
});

describe("a directory", () => {
  it.each([true, false])("is read page by page; relative links: %s", async (relative) => {
    const url = server.directory("/things{?offset,limit,format}");
    listInPages(25, { relative });
    const things = await exploreDirectory(url, { pageSize: 10 });
    expect(await idsOf(things)).toEqual(Array.from({ length: 25 }, (_, i) => `urn:t${i}`));
    expect(server.requests.slice(1)).toEqual([
      "/things?offset=0&limit=10",
      "/things?offset=10&limit=10",
      "/things?offset=20&limit=10",
    ]);
  });

  it.each([
    ["an array", (tds: object[]) => tds],
    ["W3C's collection", (members: object[]) => ({ "@type": "ThingCollection", members })],
    ["items", (items: object[]) => ({ items, total: 2, page: 1 })],
    ["things", (things: object[]) => ({ things })],
  ])("may list its Things in %s", async (_what, wrap) => {
    const url = server.directory();
    server.on("/things", { body: wrap([tdOf("a"), tdOf("b")]) });
    expect(await idsOf(await exploreDirectory(url))).toEqual(["urn:a", "urn:b"]);
    expect(await idsOf(await exploreDirectory(`${server.base}/things`))).toEqual([
      "urn:a",
      "urn:b",
    ]);
  });

  it("may name the next page in its collection", async () => {
    const url = server.directory("things?format=collection");
    server.on("/things", (_request, { searchParams }) => {
      const [member, next] = searchParams.has("more") ? ["b"] : ["a", "/things?more"];
      return { body: { members: [tdOf(member)], ...(next ? { next } : {}) } };
    });
    expect(await idsOf(await exploreDirectory(url))).toEqual(["urn:a", "urn:b"]);
  });

  it("with what is no Thing Description gives the rest, and says what and where", async () => {
    const url = server.directory();
    const wrong = [
      { bad: 1 },
      null,
      "text",
      tdOf("b", { title: 5 }),
      tdOf("l", { "@type": "ThingLink" }),
    ];
    server.on("/things", { body: [tdOf("a"), ...wrong, tdOf("c"), tdOf("a")] });
    const things = await exploreDirectory(url);
    expect(await idsOf(things)).toEqual(["urn:a", "urn:c"]);
    const listing = `${server.base}/things`;
    expect(things.findings).toMatchObject(
      [1, 2, 3, 4, 5].map((index) => ({ code: "NOT_A_THING_DESCRIPTION", url: listing, index })),
    );
    expect(things.findings[3]).toMatchObject({ id: "urn:b", mismatches: [{ path: "/title" }] });
    expect(things.error).toBeUndefined();
  });

  it("whose listing changes while it is read is read again, and no Thing is missing", async () => {
    const url = server.directory("/things{?offset,limit}");
    let things = ["a", "b", "c", "d"];
    let revision = 1;
    server.on("/things", (_request, { searchParams }) => {
      const offset = Number(searchParams.get("offset"));
      const body = things.slice(offset, offset + 2).map((id) => tdOf(id));
      const next =
        offset + 2 < things.length ? [`</things?offset=${offset + 2}&limit=2>; rel=next`] : [];
      const link = [...next, `</things>; rel="canonical"; etag="v${revision}"`];
      // After the first page: c moves to where it has been read already.
      if (revision === 1) {
        things = ["b", "c", "d"];
        revision++;
      }
      return { body, headers: { link } };
    });
    const found = await exploreDirectory(url, { pageSize: 2 });
    expect((await idsOf(found)).sort()).toEqual(["urn:a", "urn:b", "urn:c", "urn:d"]);
    expect(found.findings).toEqual([]);
  });

  it("that never holds still is said to be so", async () => {
    const url = server.directory("/things{?offset,limit}");
    let revision = 0;
    server.on("/things", (_request, { searchParams }) => {
      const isFirst = searchParams.get("offset") !== "1";
      const canonical = `</things>; rel=canonical; etag="${revision++}"`;
      const link = isFirst ? [canonical, "</things?offset=1>; rel=next"] : [canonical];
      return { body: [tdOf(isFirst ? "a" : "b")], headers: { link } };
    });
    const found = await exploreDirectory(url);
    expect(await idsOf(found)).toEqual(["urn:a", "urn:b"]);
    expect(found.findings).toMatchObject([{ code: "UNSTABLE_LISTING" }]);
  });

  it.each([
    ["breaks off", { status: 500 }, "REFUSED"],
    ["leads in a circle", { body: [], headers: { link: "</things>; rel=next" } }, "NO_LISTING"],
    ["is no listing any more", { body: { a: 1 } }, "NO_LISTING"],
    ["is no JSON any more", { body: "<html>" }, "NOT_READABLE"],
  ])("whose listing %s gives what there was, and then fails", async (_what, answer, code) => {
    const url = server.directory();
    server.on("/things", { body: [tdOf("a")], headers: { link: "</more>; rel=next" } });
    server.on("/more", answer);
    const things = await exploreDirectory(url);
    const ids: unknown[] = [];
    const all = (async () => {
      for await (const td of things) ids.push(td.id);
    })();
    await expect(all).rejects.toBeInstanceOf(DiscoveryFailedError);
    expect([ids, things.done, things.findings[0]?.code]).toEqual([["urn:a"], true, code]);
    expect(things.error).toMatchObject({ finding: { code } });
  });

  it("without a readable property things, and a Thing that is none, are refused", async () => {
    const none = await exploreDirectory(server.thing("d", { "@type": "ThingDirectory" }));
    await expect(none.toArray()).rejects.toMatchObject({ finding: { code: "NO_LISTING" } });
    await expect(exploreDirectory(server.thing("a"))).rejects.toBeInstanceOf(NotADirectoryError);
    const wrong = server.on("/wrong", { body: { title: "x" } });
    await expect(exploreDirectory(wrong)).rejects.toBeInstanceOf(InvalidThingDescriptionError);
    const page = server.on("/page", { body: "<html>" });
    await expect(exploreDirectory(page)).rejects.toBeInstanceOf(DiscoveryFailedError);
  });
});
