import zlib from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import {
  InputError,
  InteractionError,
  InteractionTimeoutError,
  PayloadTooLargeError,
  UnreachableError,
} from "../errors";
import { discover, requestThingDescription } from "./discovery";
import { ForeignServer } from "./test/foreign-server";
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

describe("a fetch", () => {
  it("fails by what went wrong", async () => {
    const limits = { timeoutMs: 300, maxDocumentBytes: 10_000 };
    const fetchOf = (url: string) => requestThingDescription(url, limits);
    await expect(fetchOf(`${server.base}/none`)).rejects.toMatchObject({ status: 404 });
    await expect(fetchOf(`${server.base}/none`)).rejects.toBeInstanceOf(InteractionError);
    const hanging = server.on("/hang", () => "hang");
    await expect(fetchOf(hanging)).rejects.toBeInstanceOf(InteractionTimeoutError);
    await expect(fetchOf("http://127.0.0.1:1/")).rejects.toBeInstanceOf(UnreachableError);
    await expect(fetchOf("gopher://127.0.0.1/")).rejects.toBeInstanceOf(UnreachableError);
    await expect(fetchOf("no url")).rejects.toBeInstanceOf(InputError);
    const large = server.on("/large", { body: "x".repeat(20_000) });
    await expect(fetchOf(large)).rejects.toBeInstanceOf(PayloadTooLargeError);
    const bomb = server.on("/bomb", {
      body: zlib.gzipSync(Buffer.alloc(10_000_000)),
      headers: { "content-encoding": "gzip" },
    });
    await expect(fetchOf(bomb)).rejects.toBeInstanceOf(PayloadTooLargeError);
  });

  it("ends with the caller's signal", async () => {
    const hanging = server.on("/hang", () => "hang");
    const signal = AbortSignal.timeout(50);
    await expect(requestThingDescription(hanging, { signal })).rejects.toThrow(/time/);
    const things = discover([hanging], { signal });
    await expect(things.toArray()).rejects.toBe(signal.reason);
  });

  it("carries credentials only to the origins they are for", async () => {
    const other = await ForeignServer.start();
    const authorization = ({ origin }: URL) => (origin === server.base ? "Bearer x" : undefined);
    const away = server.on("/away", { status: 302, headers: { location: other.thing("b") } });
    const link = server.thing("link", describedBy(other.thing("a")));
    expect(await idsOf(discover([link, away], { authorization }))).toEqual(["urn:b", "urn:a"]);
    expect(server.authorizations).toEqual(["Bearer x", "Bearer x"]);
    expect(other.authorizations).toEqual([undefined, undefined]);
    await other.stop();
  });

  it("that fails is a finding, and the other introductions are followed", async () => {
    const things = discover([`${server.base}/none`, "http://127.0.0.1:1/", server.thing("a")]);
    expect(await idsOf(things)).toEqual(["urn:a"]);
    expect(things.findings.map(({ code }) => code)).toEqual(["REFUSED", "UNREACHABLE"]);
  });

  it("is not made beyond the limits, which are said", async () => {
    const links = Array.from({ length: 20 }, (_, i) => server.thing(`t${i}`));
    const documents = discover(links, { maxDocuments: 5 });
    expect(await documents.toArray()).toHaveLength(5);
    expect(documents.findings[0]).toMatchObject({
      code: "LIMIT",
      message: expect.stringContaining("5 documents"),
    });
    const things = discover(links, { maxThings: 3 });
    expect(await things.toArray()).toHaveLength(3);
    expect(things.findings.filter(({ code }) => code === "LIMIT")).toHaveLength(1);
  });
});
