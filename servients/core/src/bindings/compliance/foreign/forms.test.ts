import { describe, expect, it } from "@jest/globals";
import { answering } from "../../http/testing/foreign-server";
import { rejection } from "..";
import { foreignConsumer, json, nosec, outputOf, value } from "./test/foreign-consumer";

/** Thing Descriptions as others write them, consumed as a mash-up does, at a server that is no WoT. */
const { addCredentials, serve, consume } = foreignConsumer();

describe("a form of others", () => {
  it("describes a response of another type, text among them, and refusals with a schema", async () => {
    const base = await serve({
      "/text": answering(200, { "Content-Type": "text/plain; charset=utf-8" }, "21.5 °C"),
      "/ld": answering(200, { "Content-Type": "application/ld+json" }, '[{"@id":"urn:a"}]'),
      "/other": value({ celsius: 1 }),
      "/svg": answering(200, { "Content-Type": "image/svg+xml" }, "<svg/>"),
      "/fail": answering(422, { "Content-Type": "application/vnd.x+json" }, '{"reason":"hot"}'),
    });
    const problem = { success: false, contentType: "application/vnd.x+json", schema: "failure" };
    const thing = await consume({
      "@context": "https://www.w3.org/2022/wot/td/v1.1",
      title: "T",
      ...nosec,
      schemaDefinitions: { failure: { type: "object", required: ["reason"] } },
      properties: Object.fromEntries(
        [
          ["text", { contentType: "text/plain" }],
          ["ld", { contentType: "application/ld+json", "htv:statusCodeValue": 200 }],
          // It says one type and sends another: what was received decides.
          ["other", { contentType: "application/ld+json" }],
          ["svg", { contentType: "image/svg+xml" }],
          ["fail", { contentType: "application/json" }],
        ].map(([name, response]) => [
          name,
          {
            readOnly: true,
            forms: [{ href: `${base}/${name}`, response, additionalResponses: [problem] }],
          },
        ]),
      ),
    });
    expect(await outputOf(thing.readProperty("text"))).toBe("21.5 °C");
    expect(await outputOf(thing.readProperty("ld"))).toEqual([{ "@id": "urn:a" }]);
    expect(await outputOf(thing.readProperty("other"))).toEqual({ celsius: 1 });
    const svg = await thing.readProperty("svg");
    expect(Buffer.from(await svg.arrayBuffer()).toString()).toBe("<svg/>");
    expect(await rejection(thing.readProperty("fail"))).toMatchObject({ status: 422 });
  });

  it("td-security-overrides: has security of its own, and secrets that come from the consumer alone", async () => {
    const base = await serve({
      "/mine": (response, { headers }) =>
        response.writeHead(200, json).end(JSON.stringify(headers.authorization ?? "")),
      "/open": (response, { headers }) =>
        response.writeHead(200, json).end(JSON.stringify(headers.authorization ?? "")),
    });
    addCredentials({ "urn:x:locked": { username: "a", password: "b" } });
    const thing = await consume({
      "@context": "https://www.w3.org/2022/wot/td/v1.1",
      id: "urn:x:locked",
      title: "T",
      securityDefinitions: {
        basic_sc: { scheme: "basic", in: "header" },
        nosec_sc: { scheme: "nosec" },
      },
      security: ["nosec_sc"],
      properties: {
        mine: { readOnly: true, forms: [{ href: `${base}/mine`, security: "basic_sc" }] },
        open: { readOnly: true, forms: [{ href: `${base}/open` }] },
      },
    });
    expect(await outputOf(thing.readProperty("mine"))).toBe(
      `Basic ${Buffer.from("a:b").toString("base64")}`,
    );
    expect(await outputOf(thing.readProperty("open"))).toBe("");
  });

  it("may speak what nobody here does: another is taken, or the refusal says why", async () => {
    const base = await serve({ "/p": value(5) });
    const thing = await consume({
      "@context": "https://www.w3.org/2022/wot/td/v1.1",
      title: "T",
      ...nosec,
      properties: {
        p: {
          type: "integer",
          readOnly: true,
          forms: [
            { href: "modbus+tcp://127.0.0.1:1/1" },
            { href: `${base}/p`, contentType: "application/x-unknown" },
            { href: `${base}/p` },
          ],
        },
        only: { readOnly: true, forms: [{ href: "opc.tcp://127.0.0.1:1/" }] },
      },
      events: { e: { forms: [{ href: `${base}/p`, subprotocol: "websub" }] } },
    });
    expect(await outputOf(thing.readProperty("p"))).toBe(5);
    expect(await rejection(thing.readProperty("only"))).toMatchObject({
      message: expect.stringContaining("opc.tcp"),
    });
    expect(await rejection(thing.subscribeEvent("e", () => undefined))).toMatchObject({
      message: expect.stringContaining("websub"),
    });
  });
});
