import { describe, expect, it } from "@jest/globals";
import { answering } from "../../http/testing/foreign-server";
import { rejection, until } from "..";
import { foreignConsumer, json, nosec, outputOf, value } from "./test/foreign-consumer";

/** Thing Descriptions as others write them, consumed as a mash-up does, at a server that is no WoT. */
const { requests, serve, consume } = foreignConsumer();

describe("a Thing Description of TD 1.0", () => {
  it("td-default-op-properties, -actions, -events, td-default-contentType: is consumed with its defaults: no op, no content type, a string of security, relative hrefs", async () => {
    let written = "";
    const base = await serve({
      "/things/lamp/status": (response, { method }, body) => {
        if (method === "PUT") written = body.toString();
        if (method === "PUT") response.writeHead(204).end();
        else response.writeHead(200, json).end('"on"');
      },
      "/things/lamp/toggle": answering(204, {}),
      "/things/lamp/oh": (response) => {
        response.writeHead(200, { "Content-Type": "text/event-stream" }).write("data: 81\n\n");
      },
    });
    const thing = await consume({
      "@context": "https://www.w3.org/2019/wot/td/v1",
      id: "urn:dev:ops:32473-WoTLamp-1234",
      title: "MyLampThing",
      ...nosec,
      base: `${base}/things/`,
      properties: { status: { type: "string", forms: [{ href: "lamp/status" }] } },
      actions: { toggle: { forms: [{ href: "./lamp/toggle" }] } },
      events: {
        overheating: {
          data: { type: "integer" },
          forms: [{ href: "/things/lamp/oh", subprotocol: "sse" }],
        },
      },
    });
    expect(await outputOf(thing.readProperty("status"))).toBe("on");
    await thing.writeProperty("status", "off");
    expect(written).toBe('"off"');
    expect(requests().at(-1)?.headers["content-type"]).toBe("application/json");
    expect(await outputOf(thing.invokeAction("toggle"))).toBeUndefined();
    const got: unknown[] = [];
    const subscription = await thing.subscribeEvent("overheating", async (output) => {
      got.push(await output.value());
    });
    await until("the event", () => got.length > 0);
    await subscription.stop();
    expect(got).toEqual([81]);
  });

  it("is consumed beside contexts, types and terms nobody here knows", async () => {
    const base = await serve({ "/p": value({ celsius: 20, extra: { more: [1] } }) });
    const thing = await consume({
      "@context": [
        "https://www.w3.org/2019/wot/td/v1",
        { saref: "https://w3id.org/saref#", "@language": "de" },
        "https://example.org/nowhere/context.jsonld",
      ],
      "@type": ["saref:Sensor"],
      "saref:hasManufacturer": "CompanyFoo",
      id: "urn:x",
      title: "T",
      titles: { de: "T" },
      ...nosec,
      links: [{ href: "https://example.org/manual.pdf", rel: "icon" }],
      properties: {
        p: {
          "@type": "saref:Temperature",
          "saref:unit": "om:C",
          type: "object",
          required: ["celsius"],
          properties: { celsius: { type: "number", "saref:accuracy": 1 } },
          forms: [{ href: `${base}/p`, op: "readproperty", "x:retries": 3 }],
        },
      },
    });
    // td-client-data-schema-accept-extras: members the schema does not name are let through.
    expect(await outputOf(thing.readProperty("p"))).toEqual({ celsius: 20, extra: { more: [1] } });
  });
});

describe("a form of others", () => {
  it("names its operations in a string, and that of ending first", async () => {
    const base = await serve({
      "/stop": answering(500, {}),
      "/p": (response) => {
        response.writeHead(200, { "Content-Type": "text/event-stream" }).write("data: 1\n\n");
      },
    });
    const thing = await consume({
      "@context": "https://www.w3.org/2022/wot/td/v1.1",
      title: "T",
      ...nosec,
      properties: {
        p: {
          type: "integer",
          observable: true,
          forms: [
            { href: `${base}/stop`, op: "unobserveproperty" },
            { href: `${base}/p`, op: "observeproperty", subprotocol: "sse" },
          ],
        },
      },
    });
    const got: unknown[] = [];
    const observation = await thing.observeProperty("p", async (output) => {
      got.push(await output.value());
    });
    await until("the change", () => got.length > 0);
    await observation.stop();
    expect(got).toEqual([1]);
    expect(requests().map(({ url }) => url)).toEqual(["/p"]);
  });

  it("td-client-uri-template: has variables in path and query; those of the affordance override the Thing's", async () => {
    const base = await serve({
      "/w/Wien%2FMitte?u=K&lang=de": value(1),
      "/w/Graz?u=C": value(2),
      "/plain?x=%C3%BC%20%26": value(3),
    });
    const thing = await consume({
      "@context": "https://www.w3.org/2022/wot/td/v1.1",
      title: "Weather",
      ...nosec,
      base: `${base}/`,
      uriVariables: {
        city: { type: "string" },
        u: { type: "string", enum: ["F"] },
        lang: { type: "string" },
      },
      properties: {
        weather: {
          readOnly: true,
          uriVariables: { u: { type: "string", enum: ["C", "K"], default: "C" } },
          forms: [{ href: "w/{city}{?u,lang}" }],
        },
        plain: {
          readOnly: true,
          uriVariables: { x: { type: "string" } },
          forms: [{ href: "plain?x={x}" }],
        },
      },
    });
    const uriVariables = { city: "Wien/Mitte", u: "K", lang: "de" };
    expect(await outputOf(thing.readProperty("weather", { uriVariables }))).toBe(1);
    expect(await outputOf(thing.readProperty("weather", { uriVariables: { city: "Graz" } }))).toBe(
      2,
    );
    expect(await outputOf(thing.readProperty("plain", { uriVariables: { x: "ü &" } }))).toBe(3);
    const wrong = thing.readProperty("weather", { uriVariables: { city: "Graz", u: "F" } });
    expect(await rejection(wrong)).toMatchObject({ status: 400 });
  });

  it("ends a subscription that was made with variables", async () => {
    let isOpen = false;
    const base = await serve({
      "/e?diff=true": (response) => {
        isOpen = true;
        response.on("close", () => {
          isOpen = false;
        });
        response.writeHead(200, { "Content-Type": "text/event-stream" }).flushHeaders();
      },
    });
    const thing = await consume({
      "@context": "https://www.w3.org/2022/wot/td/v1.1",
      title: "T",
      ...nosec,
      events: {
        e: {
          uriVariables: { diff: { type: "boolean" } },
          forms: [{ href: `${base}/e{?diff}`, subprotocol: "sse", op: "subscribeevent" }],
        },
      },
    });
    const uriVariables = { diff: true };
    const none = () => undefined;
    const subscription = await thing.subscribeEvent("e", none, none, { uriVariables });
    expect(isOpen).toBe(true);
    await subscription.stop();
    await until("the stream to end", () => !isOpen);
  });
});
