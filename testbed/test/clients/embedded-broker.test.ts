import { pinBinding } from "@fogwot/core";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { CoapClientFactory } from "@node-wot/binding-coap";
import { HttpClientFactory } from "@node-wot/binding-http";
import { Servient } from "@node-wot/core";
import { LivingSite } from "../../src/soak/site/living-site";
import { withFastSampling, withPerfectLinks } from "../../src/soak/site/site-copy";
import { until } from "../../src/soak/site/until";
import type { ThingDescription } from "../../src/things/wot-types";
import { runProgram, watchProgram } from "./program";
import { whileTalking } from "./talking";

jest.setTimeout(90_000);

let site: LivingSite;
let http: string;
let coap: string;

beforeAll(async () => {
  site = await LivingSite.start({
    site: withFastSampling,
    emulation: withPerfectLinks,
    args: ["--no-sense"],
  });
  const [node] = site.attached.info.nodes;
  http = `http://127.0.0.1:${node?.ports.http}/fog-wifi/wifi-1`;
  coap = `coap://127.0.0.1:${node?.ports.coap}/fog-wifi/wifi-1`;
});
afterAll(async () => {
  const { exitCode, summary } = await site.stop();
  expect(summary?.leftover).toEqual([]);
  expect(exitCode).toBe(0);
});

const READING = {
  deviceId: "wifi-1",
  values: { temperature: expect.any(Number), humidity: expect.any(Number) },
  timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
  ageMs: expect.any(Number),
};
const OUTPUT = { ...READING, deviceRttMs: expect.any(Number) };

describe("curl", () => {
  const curl = async (...args: string[]) => {
    const { code, stdout, stderr } = await runProgram("curl", "-sS", "-i", ...args);
    expect([code, stderr]).toEqual([0, ""]);
    const [head = "", body = ""] = stdout.split("\r\n\r\n");
    return { status: Number(head.split(" ")[1]), head: head.toLowerCase(), body };
  };
  const json = ["-H", "content-type: application/json"];

  it("gets a reading from getData, with and without an input", async () => {
    const plain = await curl("-X", "POST", `${http}/actions/getData`);
    expect(plain.status).toBe(200);
    expect(JSON.parse(plain.body)).toEqual(OUTPUT);
    const timed = await curl(...json, "-d", '{"timeoutMs":5000}', `${http}/actions/getData`);
    expect(JSON.parse(timed.body)).toEqual(OUTPUT);
  });

  it("gets a property, and the Thing Description by its media type", async () => {
    const { status, head, body } = await curl(`${http}/properties/temperature`);
    expect([status, JSON.parse(body)]).toEqual([200, expect.any(Number)]);
    expect(head).toContain("content-type: application/json");
    const td = await curl("-H", "accept: application/td+json", http);
    expect(td.head).toContain("content-type: application/td+json");
    expect(JSON.parse(td.body)).toMatchObject({ id: "urn:fogwot:wifi:wifi-1" });
  });

  it("writes a property and reads it back", async () => {
    const property = `${http}/properties/samplingInterval`;
    expect((await curl("-X", "PUT", ...json, "-d", "3000", property)).status).toBe(204);
    expect(JSON.parse((await curl(property)).body)).toBe(3000);
    expect((await curl("-X", "PUT", ...json, "-d", "2000", property)).status).toBe(204);
  });

  it.each([
    ["no such Thing", 404, "NOT_FOUND", [], "/../wifi-9"],
    ["no such property", 404, "NOT_FOUND", [], "/properties/pressure"],
    [
      "a write of a read-only property",
      405,
      "OPERATION_NOT_ALLOWED",
      ["-X", "PUT", "-d", "1"],
      "/properties/temperature",
    ],
    ["a read of an action", 405, "OPERATION_NOT_ALLOWED", [], "/actions/getData"],
    ["an input that is no JSON", 400, "INPUT", ["-d", "{"], "/actions/getData"],
    ["an input beyond its range", 400, "INPUT", ["-d", '{"timeoutMs":0}'], "/actions/getData"],
  ])("gets a problem document for %s: %i", async (_, wanted, code, args, path) => {
    const { status, head, body } = await curl(
      "--path-as-is",
      ...json,
      ...args,
      `${http}${path}`.replace("/wifi-1/..", ""),
    );
    expect(status).toBe(wanted);
    expect(head).toContain("content-type: application/problem+json");
    expect(JSON.parse(body)).toMatchObject({ status: wanted, code, title: expect.any(String) });
    if (wanted === 405) expect(head).toMatch(/\nallow: .*\b(get|post)\b/);
  });

  it("says path, got and wanted of a wrong input", async () => {
    const { body } = await curl(...json, "-d", '{"timeoutMs":0}', `${http}/actions/getData`);
    const { details } = JSON.parse(body) as { details: object };
    expect(details).toEqual({ path: "/timeoutMs", got: 0, wanted: expect.stringContaining("1") });
  });

  it("receives events as a stream of server-sent events", async () => {
    const { stdout } = await whileTalking(
      http,
      watchProgram("curl", ["-sSN", `${http}/events/reading`], (text) =>
        /^data:.*\n\n/m.test(text),
      ),
    );
    const data = /^data:(.*)$/m.exec(stdout)?.[1] ?? "";
    expect(stdout).toMatch(/^event: ?reading$/m);
    expect(JSON.parse(data)).toEqual(READING);
  });
});

describe("coap-client of libcoap", () => {
  const ask = async (...args: string[]) => {
    const { code, stdout, stderr } = await runProgram("coap-client-notls", "-B", "10", ...args);
    expect(code).toBe(0);
    return { body: stdout.trim(), error: stderr.trim() };
  };

  it("posts getData and gets a reading", async () => {
    const { body } = await ask("-m", "post", `${coap}/actions/getData`);
    expect(JSON.parse(body)).toEqual(OUTPUT);
  });

  it("gets a property in JSON or CBOR, and nothing where it asks for XML", async () => {
    expect(JSON.parse((await ask("-m", "get", `${coap}/properties/temperature`)).body)).toEqual(
      expect.any(Number),
    );
    const json = await ask("-m", "get", "-A", "50", `${coap}/properties/temperature`);
    expect(JSON.parse(json.body)).toEqual(expect.any(Number));
    // In CBOR a text of six bytes is these after 0x66, an "f" (RFC 8949, 3.1).
    const cbor = await ask("-m", "get", "-A", "60", `${coap}/properties/id`);
    expect(cbor).toMatchObject({ body: "fwifi-1", error: "" });
    const xml = await ask("-m", "get", "-A", "41", `${coap}/properties/temperature`);
    expect(xml).toMatchObject({ body: "", error: expect.stringMatching(/^4\.06 \{/) });
  });

  it("gets a Thing Description that is larger than one datagram", async () => {
    const { body } = await ask("-m", "get", "-A", "432", coap);
    expect(body.length).toBeGreaterThan(2048);
    expect(JSON.parse(body)).toMatchObject({ id: "urn:fogwot:wifi:wifi-1" });
  });

  it("finds the Things by /.well-known/core", async () => {
    const { body } = await ask("-m", "get", new URL("/.well-known/core", coap).href);
    const paths = [...body.matchAll(/<([^>]+)>;rt="wot\.thing"/g)].map(([, path]) => path);
    expect(paths.sort()).toEqual(
      ["fog-wifi", "wifi", "wifi-1", "wifi-2", "wifi-3"].map((name) => `/fog-wifi/${name}`),
    );
  });

  it("observes a property and an event", async () => {
    const watch = (path: string, count: number) =>
      whileTalking(
        http,
        watchProgram("coap-client-notls", ["-s", "15", "-m", "get", `${coap}${path}`], (text) => {
          return jsons(text).length >= count;
        }),
      );
    const jsons = (text: string): unknown[] =>
      text
        .trim()
        .split(/(?<=\})(?=\{)/)
        .filter((one) => one.endsWith("}"))
        .map((one) => JSON.parse(one));
    const event = await watch("/events/reading", 2);
    expect(jsons(event.stdout).slice(0, 2)).toEqual([READING, READING]);
    // First the value as it is, then each that follows.
    const property = await watch("/properties/lastReading", 3);
    expect(jsons(property.stdout).slice(0, 3)).toEqual([READING, READING, READING]);
  });

  it("gets 4.04, 4.05 and 4.00 with problem documents", async () => {
    const none = await ask("-m", "get", `${coap}/properties/pressure`);
    const readOnly = await ask(
      "-m",
      "put",
      "-t",
      "50",
      "-e",
      "1",
      `${coap}/properties/temperature`,
    );
    const bad = await ask("-m", "post", "-t", "50", "-e", "{", `${coap}/actions/getData`);
    const said = [none, readOnly, bad].map(({ error }) => {
      const [, code, text = ""] = /^(\d\.\d\d) (\{.*)$/.exec(error) ?? [];
      return [code, (JSON.parse(text) as { code: string }).code];
    });
    expect(said).toEqual([
      ["4.04", "NOT_FOUND"],
      ["4.05", "OPERATION_NOT_ALLOWED"],
      ["4.00", "INPUT"],
    ]);
  });
});

describe("mosquitto_rr with MQTT 3.1.1 against the embedded broker", () => {
  const ask = (affordance: string, verb: string, answer: string, payload: string) => {
    const { hostname, port } = new URL(site.attached.info.server?.brokerUrl ?? "");
    const topic = `fogwot/wifi/fog-wifi/wifi-1/${affordance}`;
    const address = ["-V", "311", "-h", hostname, "-p", port, "-W", "10"];
    const topics = ["-t", `${topic}/${verb}/c1`, "-e", `${topic}/${answer}/c1`, "-m", payload];
    return runProgram("mosquitto_rr", ...address, ...topics);
  };

  it("gets a reading from getData, and a property", async () => {
    const output = await ask("actions/getData", "request", "response", "{}");
    expect(JSON.parse(output.stdout)).toEqual(OUTPUT);
    const value = await ask("properties/temperature", "get", "response", "");
    expect(JSON.parse(value.stdout)).toEqual(expect.any(Number));
  });

  it("gets a problem document on the error topic", async () => {
    const { stdout } = await ask("actions/getData", "request", "error", '{"timeoutMs":0}');
    expect(JSON.parse(stdout)).toMatchObject({ status: 400, code: "INPUT" });
  });
});

describe("a plain node-wot client with node-wot's own bindings", () => {
  let servient: Servient;
  let wot: Awaited<ReturnType<Servient["start"]>>;
  let td: ThingDescription;
  beforeAll(async () => {
    servient = new Servient();
    servient.addClientFactory(new HttpClientFactory({}));
    servient.addClientFactory(new CoapClientFactory());
    wot = await servient.start();
    td = await wot.requestThingDescription(http);
  });
  afterAll(() => servient.shutdown());

  it.each(["http", "coap"] as const)(
    "reads, and gets the output of getData, over %s",
    async (binding) => {
      const thing = await wot.consume(pinBinding(td, binding));
      expect(await (await thing.readProperty("wsn")).value()).toBe("wifi");
      expect(await (await thing.readProperty("temperature")).value()).toEqual(expect.any(Number));
      const output = await thing.invokeAction("getData");
      expect(await output?.value()).toEqual(OUTPUT);
      const timed = await thing.invokeAction("getData", { timeoutMs: 5_000 });
      expect(await timed?.value()).toEqual(OUTPUT);
    },
  );

  it("consumes the description as it is, all bindings in it, and takes what it can", async () => {
    const thing = await wot.consume(td);
    expect(await (await thing.invokeAction("getData"))?.value()).toEqual(OUTPUT);
  });

  it("is told of events over HTTP", async () => {
    const thing = await wot.consume(pinBinding(td, "http"));
    const seen: unknown[] = [];
    const subscription = await thing.subscribeEvent("reading", (data) => {
      void data.value().then((value) => seen.push(value));
    });
    const event = await whileTalking(
      http,
      until("an event", () => seen[0]),
    );
    expect(event).toEqual(READING);
    await subscription.stop();
  });
});
