import type { ServerResponse } from "node:http";
import { describe, expect, it } from "@jest/globals";
import { type ProbeOptions, type ProbeOutcome, probe, probeFindings } from ".";
import { foreign, heater } from "./test/things";

const OPTIONS: ProbeOptions = {
  timeoutMs: 5_000,
  actions: true,
  writes: true,
  listenMs: 100,
  signal: new AbortController().signal,
};

const json = (response: ServerResponse, value: unknown, type = "application/json"): void => {
  response.writeHead(200, { "content-type": type }).end(JSON.stringify(value));
};
const thing = (base: string, members: object): object => ({
  "@context": "https://www.w3.org/2022/wot/td/v1.1",
  title: "foreign",
  base: `${base}/`,
  security: "open",
  securityDefinitions: { open: { scheme: "nosec" }, closed: { scheme: "basic" } },
  ...members,
});
const property = (href: string, more: object = {}, form: object = {}): object => ({
  properties: { p: { type: "integer", ...more, forms: [{ href, op: "readproperty", ...form }] } },
});
const resultOf = ({ result, op, path }: ProbeOutcome): string => `${result}: ${op} ${path}`;

describe("probe", () => {
  it("finds a Thing of ours truthful: every operation of every form over HTTP, CoAP and MQTT works", async () => {
    const { td, asked } = await heater();
    const outcomes = await probe(td, OPTIONS);
    const failed = outcomes.filter(({ result }) => result !== "works" && result !== "not tried");
    expect(failed).toEqual([]);
    expect(probeFindings(outcomes, { hasCredentials: false })).toEqual([]);
    const left = outcomes.filter(({ result }) => result === "not tried");
    // A value nobody can read cannot be written back.
    const ofAffordances = left.filter(({ path }) => !path.startsWith("/forms/"));
    expect(new Set(ofAffordances.map(({ path }) => path.split("/")[2]))).toEqual(new Set(["pin"]));
    // Of operations on the whole Thing some are not tried yet, and it says so.
    const ofThing = left.filter(({ path }) => path.startsWith("/forms/"));
    for (const { op } of ofThing) expect(op).toMatch(/(multipleproperties|all\w+)$/);
    for (const scheme of ["http", "coap", "mqtt"]) {
      const ops = outcomes.filter((one) => one.scheme === scheme && one.result === "works");
      expect(new Set(ops.map(({ op }) => op))).toEqual(
        new Set([
          ...["readproperty", "writeproperty", "observeproperty", "unobserveproperty"],
          ...["invokeaction", "subscribeevent", "unsubscribeevent"],
          // Of the whole Thing, as far as the binding offers it.
          ...ops.map(({ op }) => op).filter((op) => /(multiple|all)(properties|events)$/.test(op)),
        ]),
      );
    }
    expect(asked).toContain("target 20");
    expect(asked).toContain('heat {"minutes":1}');
  });

  it("neither writes nor invokes anything, unless told to", async () => {
    const { td, asked } = await heater();
    const outcomes = await probe(td, { ...OPTIONS, actions: false, writes: false });
    expect(asked).toEqual([]);
    const about = (path: string, op: string) =>
      new Set(
        outcomes.filter((one) => one.path.startsWith(path) && one.op === op).map((o) => o.result),
      );
    expect(about("/properties/target", "writeproperty")).toEqual(new Set(["not tried"]));
    expect(about("/actions/heat", "invokeaction")).toEqual(new Set(["not tried"]));
    // What an action claims of itself may be a lie, too.
    expect(about("/actions/check", "invokeaction")).toEqual(new Set(["not tried"]));
  });

  it.each<[string, object, RegExp | null]>([
    ["refused", property("gone"), /404/],
    ["refused", property("method"), /405/],
    ["wrong value", property("text"), /got "warm", wanted an integer/],
    ["wrong value", property("broken"), /not well-formed/],
    ["wrong value", property("empty"), /got nothing/],
    ["wrong content type", property("html"), /got text\/html, the form says application\/json/],
    [
      "wrong content type",
      property("value", {}, { contentType: "application/cbor" }),
      /application\/cbor/,
    ],
    ["works", property("value"), null],
    ["works", property("{?unit}", {}, { href: "value{?unit}" }), null],
    [
      "works",
      property("html", { type: "string" }, { response: { contentType: "text/html" } }),
      null,
    ],
    ["works", property("odd", {}, { response: { contentType: "application/x-odd" } }), /no codec/],
    [
      "works",
      property(
        "text-json",
        {},
        {
          additionalResponses: [{ success: true, contentType: "application/x-json+json" }],
        },
      ),
      null,
    ],
    ["not tried", property("modbus+tcp://127.0.0.1:1/x"), /no client for modbus\+tcp/],
    ["not tried", property("{odd}", { uriVariables: { odd: { pattern: "^q$" } } }), /variable odd/],
  ])("says %s of a form that is so: %j", async (result, members, detail) => {
    const { url } = await foreign((request, response) => {
      const path = request.url?.split("?")[0];
      if (path === "/value") json(response, 5);
      else if (path === "/odd") json(response, 5, "application/x-odd");
      else if (path === "/text-json") json(response, 5, "application/x-json+json");
      else if (path === "/text") json(response, "warm");
      else if (path === "/empty")
        response.writeHead(200, { "content-type": "application/json" }).end();
      else if (path === "/broken")
        response.writeHead(200, { "content-type": "application/json" }).end("{");
      else if (path === "/html")
        response.writeHead(200, { "content-type": "text/html" }).end("<p>");
      else response.writeHead(path === "/method" ? 405 : 404).end();
    });
    const outcomes = await probe(thing(url, members), OPTIONS);
    expect(outcomes.map((one) => one.result)).toEqual([result]);
    const [only] = outcomes;
    if (detail === null) expect(only?.detail).toBeNull();
    else expect(only?.detail).toMatch(detail);
    const isLie = result !== "works" && result !== "not tried";
    expect(probeFindings(outcomes, { hasCredentials: false })).toHaveLength(isLie ? 1 : 0);
  });

  it("tells a dead address from a silent one, and does not ask a silent one for ever", async () => {
    const dead = await foreign((_request, response) => json(response, 1));
    await new Promise((resolve) => dead.server.close(resolve));
    expect((await probe(thing(dead.url, property("x")), OPTIONS)).map(resultOf)).toEqual([
      "unreachable: readproperty /properties/p/forms/0",
    ]);
    let requests = 0;
    const silent = await foreign(() => {
      requests += 1;
    });
    const forms = Array.from({ length: 6 }, (_, i) => ({ href: `${i}`, op: "readproperty" }));
    const outcomes = await probe(
      thing(silent.url, { properties: { p: { type: "integer", forms } } }),
      {
        ...OPTIONS,
        timeoutMs: 50,
      },
    );
    expect(outcomes.map(({ result }) => result)).toEqual([
      ...["no answer", "no answer", "no answer", "not tried", "not tried", "not tried"],
    ]);
    expect(requests).toBe(6);
  });

  it("asks again where a radio may have lost the packet, and takes no silent device for a lie", async () => {
    let requests = 0;
    const { url } = await foreign((request, response) => {
      requests += 1;
      if (request.url === "/late" && requests === 3) json(response, 1);
      else response.writeHead(504).end();
    });
    expect((await probe(thing(url, property("late")), OPTIONS)).map(resultOf)).toEqual([
      "works: readproperty /properties/p/forms/0",
    ]);
    const never = await probe(thing(url, property("never")), OPTIONS);
    expect(probeFindings(never, { hasCredentials: false })).toMatchObject([{ level: "warning" }]);
  });

  it("holds the door to what security says", async () => {
    const { url } = await foreign((request, response) => {
      const isLocked = request.url === "/locked";
      const isAda =
        request.headers.authorization === `Basic ${Buffer.from("ada:1").toString("base64")}`;
      if (isLocked && !isAda) response.writeHead(401).end();
      else json(response, 1);
    });
    const findingsOf = async (members: object, credentials?: object) => {
      const options = credentials ? { ...OPTIONS, credentials } : OPTIONS;
      const outcomes = await probe(thing(url, members), options);
      return probeFindings(outcomes, { hasCredentials: credentials !== undefined });
    };
    const closed = { security: "closed" };
    expect(await findingsOf(property("locked"))).toMatchObject([
      { level: "error", wanted: "security that names the credentials" },
    ]);
    expect(await findingsOf(property("open", {}, closed))).toMatchObject([
      { level: "error", got: "readproperty: let in without credentials" },
    ]);
    expect(await findingsOf(property("locked", {}, closed))).toMatchObject([{ level: "warning" }]);
    const ada = { username: "ada", password: "1" };
    expect(await findingsOf(property("locked", {}, closed), ada)).toEqual([]);
    expect(
      await findingsOf(property("locked", {}, closed), { ...ada, password: "2" }),
    ).toMatchObject([{ level: "error" }]);
  });

  it("judges what a subscription brings, and ends the subscription", async () => {
    let open = 0;
    const { url } = await foreign((request, response) => {
      open += 1;
      response.on("close", () => {
        open -= 1;
      });
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(`data: ${request.url === "/good" ? "7" : '"seven"'}\n\n`);
    });
    const events = (href: string) => ({
      events: { e: { data: { type: "integer" }, forms: [{ href, subprotocol: "sse" }] } },
    });
    expect((await probe(thing(url, events("good")), OPTIONS)).map(resultOf)).toEqual([
      "works: subscribeevent /events/e/forms/0",
      "works: unsubscribeevent /events/e/forms/0",
    ]);
    const [bad] = await probe(thing(url, events("bad")), OPTIONS);
    expect(bad).toMatchObject({ result: "wrong value", detail: 'got "seven", wanted an integer' });
    const deadlineMs = Date.now() + 10_000;
    while (open > 0 && Date.now() < deadlineMs)
      await new Promise((resolve) => setImmediate(resolve));
    expect(open).toBe(0);
  });

  it("stops where it is told to", async () => {
    const controller = new AbortController();
    const { url } = await foreign((_request, response) => {
      controller.abort();
      json(response, 1);
    });
    const forms = [1, 2, 3].map((i) => ({ href: `${i}`, op: "readproperty" }));
    const td = thing(url, { properties: { p: { type: "integer", forms } } });
    expect(await probe(td, { ...OPTIONS, signal: controller.signal })).toHaveLength(1);
  });

  it("says of a Thing without forms that nothing was tried", async () => {
    expect(await probe({ title: "mute" }, OPTIONS)).toEqual([]);
  });
});
