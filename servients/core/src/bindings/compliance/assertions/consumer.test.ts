import { describe, expect, it } from "@jest/globals";
import type * as WoT from "wot-typescript-definitions";
import { InteractionError } from "../../../errors";
import { answering } from "../../http/testing/foreign-server";
import { rejection } from "..";
import { foreignConsumer, json, nosec } from "../foreign/test/foreign-consumer";

/** What TD 1.1 demands of who reads a Thing Description, by the ids of its assertions. */
const { requests, serve, consume: consumeAll } = foreignConsumer();

const consume = (members: object) =>
  consumeAll({
    "@context": "https://www.w3.org/2022/wot/td/v1.1",
    title: "T",
    ...nosec,
    ...members,
  });
const read = async (thing: WoT.ConsumedThing, name: string): Promise<unknown> =>
  (await thing.readProperty(name)).value();

describe("a consumer", () => {
  it("td-client-data-schema, -no-extras: sends nothing that does not fit, or that nobody described", async () => {
    const bodies: string[] = [];
    const base = await serve({
      "/p": (response, _, body) => {
        bodies.push(body.toString());
        response.writeHead(204).end();
      },
    });
    const thing = await consume({
      properties: {
        p: {
          type: "object",
          properties: { on: { type: "boolean" } },
          required: ["on"],
          additionalProperties: false,
          forms: [{ href: `${base}/p` }],
        },
      },
      actions: {
        a: { input: { type: "integer", minimum: 1 }, forms: [{ href: `${base}/p` }] },
        bare: { forms: [{ href: `${base}/p` }] },
      },
    });
    for (const wrong of [{}, { on: 1 }, { on: true, off: false }]) {
      expect(await rejection(thing.writeProperty("p", wrong as never))).toMatchObject({
        status: 400,
      });
    }
    expect(await rejection(thing.invokeAction("a", 0))).toMatchObject({ status: 400 });
    await thing.writeProperty("p", { on: true });
    await thing.invokeAction("a", 1);
    await thing.invokeAction("bare");
    expect(bodies).toEqual(['{"on":true}', "1", ""]);
    expect(requests().at(-1)?.headers).not.toHaveProperty("content-type");
  });

  it("td-client-data-schema-accept-extras: takes members that nobody described, and refuses what does not fit", async () => {
    const base = await serve({
      "/more": answering(200, json, '{"on":true,"since":[1,{"a":null}]}'),
      "/wrong": answering(200, json, '{"on":"yes"}'),
      "/none": answering(200, json, "{"),
    });
    const property = (path: string) => ({
      type: "object",
      properties: { on: { type: "boolean" } },
      readOnly: true,
      forms: [{ href: base + path }],
    });
    const thing = await consume({
      properties: { more: property("/more"), wrong: property("/wrong"), none: property("/none") },
    });
    expect(await read(thing, "more")).toEqual({ on: true, since: [1, { a: null }] });
    for (const name of ["wrong", "none"]) {
      const error = await rejection(read(thing, name));
      expect(error).toBeInstanceOf(InteractionError);
      expect(error).toMatchObject({ status: 502 });
    }
  });

  it("td-format-validation-other-values: reads values of formats, types and schemas it does not know", async () => {
    const base = await serve({ "/p": answering(200, json, '"half past nine"') });
    const forms = [{ href: `${base}/p` }];
    const thing = await consume({
      properties: {
        formatted: { type: "string", format: "x-time-of-day", readOnly: true, forms },
        untyped: { readOnly: true, forms },
        chosen: { oneOf: [{ type: "string" }, { type: "number" }], readOnly: true, forms },
        constant: { const: "half past nine", readOnly: true, forms },
        foreign: { "@type": "x:Time", "x:zone": "CET", type: "string", readOnly: true, forms },
      },
    });
    for (const name of ["formatted", "untyped", "chosen", "constant", "foreign"]) {
      expect([name, await read(thing, name)]).toEqual([name, "half past nine"]);
    }
  });

  it("td-expectedResponse-missing-contentType: expects no payload where a response names no type", async () => {
    const base = await serve({ "/a": answering(201, { Location: "/things/1" }) });
    const response = { "htv:statusCodeValue": 201 };
    const thing = await consume({
      actions: { a: { forms: [{ href: `${base}/a`, response }] } },
    });
    expect(await (await thing.invokeAction("a"))?.value()).toBeUndefined();
  });

  it("td-expectedResponse-defined-contentType, -default-contentType: sends the form's type, asks for the response's, decodes what came", async () => {
    let sent: (string | undefined)[] = [];
    const base = await serve({
      "/a": (response, { headers }, body) => {
        sent = [headers["content-type"], headers.accept, body.toString("hex")];
        response.writeHead(200, { "Content-Type": "text/plain" }).end("done");
      },
    });
    const thing = await consume({
      actions: {
        a: {
          input: { type: "integer" },
          output: { type: "string" },
          forms: [
            {
              href: `${base}/a`,
              contentType: "application/cbor",
              response: { contentType: "text/plain" },
            },
          ],
        },
      },
    });
    expect(await (await thing.invokeAction("a", 42))?.value()).toBe("done");
    expect(sent).toEqual(["application/cbor", "text/plain", "182a"]);
  });

  it("td-security-no-execution: carries out nothing of a description, whatever it is called", async () => {
    const evil = '"];globalThis.pwned=true;//';
    const base = await serve({ "/p": answering(200, json, JSON.stringify({ [evil]: "a" })) });
    const thing = await consume({
      title: `$${"{globalThis.pwned=true}"}`,
      properties: {
        p: {
          type: "object",
          properties: { [evil]: { type: "string", enum: ["a", evil], pattern: "^[a]" } },
          required: [evil],
          [evil]: evil,
          readOnly: true,
          forms: [{ href: `${base}/p`, [evil]: evil }],
        },
      },
    });
    expect(await read(thing, "p")).toEqual({ [evil]: "a" });
    expect(globalThis).not.toHaveProperty("pwned");
  });

  it("td-security-static-context, td-security-remote-context: fetches no context, link, icon or schema of a description", async () => {
    const base = await serve({ "/p": answering(200, json, "1") });
    const thing = await consume({
      "@context": ["https://www.w3.org/2022/wot/td/v1.1", `${base}/context.jsonld`],
      links: [
        { rel: "icon", href: `${base}/icon.png` },
        { rel: "type", href: `${base}/model.tm.jsonld` },
      ],
      support: `${base}/support`,
      properties: {
        p: { type: "integer", readOnly: true, forms: [{ href: `${base}/p` }] },
      },
    });
    expect(await read(thing, "p")).toBe(1);
    expect(requests().map(({ url }) => url)).toEqual(["/p"]);
  });

  it("refuses what is no Thing Description, with the place", async () => {
    const broken: [object, string][] = [
      [{ title: undefined }, "title"],
      [{ security: ["nowhere"] }, "security"],
      [{ properties: { p: { forms: [] } } }, "forms"],
      [{ properties: { p: { forms: [{ href: "http://x/", op: "invokeaction" }] } } }, "op"],
      [{ actions: { a: {} } }, "actions"],
    ];
    for (const [members, place] of broken) {
      const error = await rejection(consume(members));
      expect((error as Error).message).toContain(place);
    }
  });
});
