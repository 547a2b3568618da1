import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { ExposedThing, Servient } from "@node-wot/core";
import type { ExposedThingInit } from "wot-typescript-definitions";
import { InsecureBindError, PortInUseError } from "../../../errors";
import { until } from "../../compliance";
import { CoapBindingServer } from "..";
import {
  Code,
  codeText,
  decodeUint,
  findOption,
  type Message,
  MessageType,
  NO_BYTES,
  OptionNumber,
  uintOption,
  uriOptions,
} from "../message";
import { type Demo, startDemo } from "../testing/demo";
import { get, RawPeer } from "../testing/raw-peer";

const post = (path: string, payload = ""): Partial<Message> => ({
  code: Code.post,
  options: uriOptions(path, ""),
  payload: Buffer.from(payload),
});

/** Reads a property whose name goes as it is, without the decoding that RFC 7252, 6.4 asks for. */
const literal = (name: string): Partial<Message> => {
  const { options = [], ...message } = get("/demo/properties");
  return {
    ...message,
    options: [...options, { number: OptionNumber.uriPath, value: Buffer.from(name) }],
  };
};
const accept = (format: number) => uintOption(OptionNumber.accept, format);
const format = (number: number) => uintOption(OptionNumber.contentFormat, number);
const formatOf = (message: Message): number | undefined => {
  const option = findOption(message.options, OptionNumber.contentFormat);
  return option && decodeUint(option.value);
};

// Real sockets and processes on a machine that may be busy.
jest.setTimeout(60_000);

describe("the CoAP server", () => {
  let demo: Demo;
  let peer: RawPeer;
  beforeAll(async () => {
    demo = await startDemo({ transmission: { piggybackMs: 20 } });
    peer = await RawPeer.client(demo.port);
  });
  afterAll(async () => {
    await peer[Symbol.asyncDispose]();
    await demo[Symbol.asyncDispose]();
  });

  it.each<[string, Partial<Message>, string, string | undefined]>([
    ["reads a property", get("/demo/properties/plain"), "2.05", undefined],
    ["knows an odd name", get("/demo/properties/gr%C3%B6%C3%9Fe%20%231"), "2.05", undefined],
    [
      "knows it percent-encoded too, as node-wot sends it",
      literal("gr%C3%B6%C3%9Fe%20%231"),
      "2.05",
      undefined,
    ],
    ["offers no XML", get("/demo/properties/plain", [accept(41)]), "4.06", "NOT_ACCEPTABLE"],
    ["knows no other property", get("/demo/properties/nosuch"), "4.04", "NOT_FOUND"],
    ["knows no inherited property", get("/demo/properties/toString"), "4.04", "NOT_FOUND"],
    ["knows no other Thing", get("/nowhere"), "4.04", "NOT_FOUND"],
    [
      "writes no read-only property",
      { ...get("/demo/properties/plain"), code: Code.put, payload: Buffer.from("1") },
      "4.05",
      "OPERATION_NOT_ALLOWED",
    ],
    [
      "deletes nothing",
      { ...get("/demo/properties/state"), code: Code.delete },
      "4.05",
      "OPERATION_NOT_ALLOWED",
    ],
    ["does not read actions", get("/demo/actions/count"), "4.05", "OPERATION_NOT_ALLOWED"],
    ["does not read events", get("/demo/events/reading"), "4.05", "OPERATION_NOT_ALLOWED"],
    [
      "takes no XML",
      {
        ...post("/demo/actions/count", "1"),
        options: [...uriOptions("/demo/actions/count", ""), format(41)],
      },
      "4.15",
      "UNSUPPORTED_MEDIA_TYPE",
    ],
    ["takes well-formed JSON only", post("/demo/actions/count", "{"), "4.00", "INPUT"],
    ["hides what went wrong inside", get("/demo/properties/broken"), "5.00", "INTERNAL"],
    [
      "types URI variables",
      { code: Code.get, options: uriOptions("/demo/properties/plain", "scale=x") },
      "4.00",
      "INPUT",
    ],
  ])("%s", async (_, request, code, problem) => {
    const answer = await peer.request(request);
    expect(codeText(answer.code)).toBe(code);
    expect(formatOf(answer)).toBe(50);
    const body = JSON.parse(answer.payload.toString());
    expect(problem === undefined ? undefined : body.code).toBe(problem);
    expect(answer.payload.toString()).not.toContain("secret");
  });

  it("counts as malformed what is wrong with a request itself, and nothing else", async () => {
    const count = uriOptions("/demo/actions/count", "");
    const before = demo.server.counters.malformed;
    await peer.request(post("/demo/actions/count", "{"));
    await peer.request({ ...post("", "1"), options: [...count, format(41)] });
    await peer.request({ ...post("", "1"), options: [...count, { number: 9, value: NO_BYTES }] });
    expect(demo.server.counters.malformed - before).toBe(3);
    await peer.request(get("/nowhere"));
    await peer.request(get("/demo/actions/count"));
    await peer.request(get("/demo/properties/plain", [accept(41)]));
    await peer.request(get("/demo/properties/broken"));
    expect(demo.server.counters.malformed - before).toBe(3);
  });

  it("hands URI variables to the handler", async () => {
    const options = uriOptions("/demo/properties/plain", "scale=6");
    const answer = await peer.request({ code: Code.get, options });
    expect(answer.payload.toString()).toBe("42");
  });

  it("serves the Thing Description as td+json or JSON, and 2.03 to who has it", async () => {
    const td = await peer.request(get("/demo"));
    expect([codeText(td.code), formatOf(td)]).toEqual(["2.05", 432]);
    expect(formatOf(await peer.request(get("/demo", [accept(50)])))).toBe(50);
    expect(codeText((await peer.request(get("/demo", [accept(60)]))).code)).toBe("4.06");
    const etag = findOption(td.options, OptionNumber.etag);
    const again = await peer.request(get("/demo", etag ? [etag] : []));
    expect([codeText(again.code), again.payload.length]).toEqual(["2.03", 0]);
  });

  it("links its Things in CoRE link format, filtered by attribute", async () => {
    const links = async (query: string): Promise<string> => {
      const options = uriOptions("/.well-known/core", query);
      const answer = await peer.request({ code: Code.get, options });
      expect(formatOf(answer)).toBe(40);
      return answer.payload.toString();
    };
    expect(await links("")).toBe('</demo>;rt="wot.thing";ct="432 50"');
    expect(await links("rt=wot.thing")).toContain("</demo>");
    expect(await links("rt=wot*")).toContain("</demo>");
    expect(await links("rt=other")).toBe("");
    expect(await links("constructor=x")).toBe("");
  });

  it("lists the URLs of its Things at the root", async () => {
    const answer = await peer.request(get("/"));
    expect(JSON.parse(answer.payload.toString())).toEqual([`coap://127.0.0.1:${demo.port}/demo`]);
  });

  it("answers a repeated message from its cache and runs the action once", async () => {
    const before = demo.invocations;
    const duplicates = demo.server.counters.duplicates;
    const first = await peer.request({ ...post("/demo/actions/count"), messageId: 40_000 });
    const from = peer.received.length;
    peer.send({ ...post("/demo/actions/count"), messageId: 40_000, token: first.token });
    const again = await peer.next((message) => message.token.equals(first.token), from);
    expect(again).toEqual(first);
    expect(demo.invocations).toBe(before + 1);
    expect(demo.server.counters.duplicates).toBe(duplicates + 1);
  });

  it("takes an equal message ID with another token for a new request", async () => {
    const before = demo.invocations;
    for (const token of [Buffer.of(1, 1), Buffer.of(1, 2)]) {
      await peer.request({ ...post("/demo/actions/count"), messageId: 41_000, token });
    }
    expect(demo.invocations).toBe(before + 2);
  });

  it("acknowledges what takes long and answers it separately, once acknowledged no more", async () => {
    const from = peer.received.length;
    const sent = peer.send(post("/demo/actions/slow"));
    const ack = await peer.next((m) => m.messageId === sent.messageId, from);
    expect([ack.type, ack.code, ack.token.length]).toEqual([
      MessageType.acknowledgement,
      Code.empty,
      0,
    ]);
    demo.release();
    const answer = await peer.next((m) => m.token.equals(sent.token), from);
    expect([answer.type, codeText(answer.code)]).toEqual([MessageType.confirmable, "2.04"]);
    expect(answer.payload.toString()).toBe('"late"');
    expect(demo.server.held.confirmables).toBe(1);
    peer.send({
      type: MessageType.acknowledgement,
      messageId: answer.messageId,
      token: Buffer.of(),
    });
    await until("the ACK to be taken", () => demo.server.held.confirmables === 0);
  });

  it("answers non-confirmable requests without an ACK", async () => {
    const answer = await peer.request({
      ...get("/demo/properties/plain"),
      type: MessageType.nonConfirmable,
    });
    expect([answer.type, answer.payload.toString()]).toEqual([MessageType.nonConfirmable, "7"]);
  });

  it("answers a ping with RST, and says nothing to ACK or RST of nobody's message", async () => {
    const from = peer.received.length;
    peer.send({ type: MessageType.acknowledgement, messageId: 1, token: Buffer.of() });
    peer.send({ type: MessageType.reset, messageId: 2, token: Buffer.of() });
    const ping = peer.send({ messageId: 3, token: Buffer.of() });
    await peer.next((m) => m.messageId === ping.messageId, from);
    expect(peer.received.slice(from).map((m) => [m.type, m.messageId])).toEqual([
      [MessageType.reset, 3],
    ]);
  });

  it("refuses critical options it does not know, repeats or cannot read, and ignores others", async () => {
    const codeFor = async (number: number, ...values: number[][]): Promise<string> => {
      const options = values.map((value) => ({ number, value: Buffer.from(value) }));
      return codeText((await peer.request(get("/demo/properties/plain", options))).code);
    };
    expect(await codeFor(65_001, [1])).toBe("4.02");
    expect(await codeFor(OptionNumber.accept, [50], [50])).toBe("4.02");
    expect(await codeFor(OptionNumber.block2, [7])).toBe("4.02");
    expect(await codeFor(OptionNumber.proxyUri, [97])).toBe("5.05");
    expect(await codeFor(65_000, [1])).toBe("2.05");
  });
});

describe("starting and stopping the CoAP server", () => {
  it("binds a free port of loopback and tells it until it stops", async () => {
    const server = new CoapBindingServer({ port: 0 });
    expect(server.getPort()).toBe(-1);
    await server.start();
    await server.start();
    expect(server.getPort()).toBeGreaterThan(0);
    await server.stop();
    await server.stop();
    expect(server.getPort()).toBe(-1);
    await server.start();
    expect(server.getPort()).toBeGreaterThan(0);
    await server.stop();
  });

  it("refuses a port another program holds, and one beyond loopback", async () => {
    const first = new CoapBindingServer({ port: 0 });
    await first.start();
    const second = new CoapBindingServer({ port: first.getPort() });
    await expect(second.start()).rejects.toBeInstanceOf(PortInUseError);
    await second.stop();
    await first.stop();
    const open = new CoapBindingServer({ port: 0, host: "0.0.0.0" });
    await expect(open.start()).rejects.toBeInstanceOf(InsecureBindError);
  });

  it("listens on IPv6 loopback and writes it in brackets", async () => {
    const demo = await startDemo({ host: "::1" });
    expect(JSON.stringify(demo.td)).toContain(`coap://[::1]:${demo.port}/demo`);
    await demo[Symbol.asyncDispose]();
  });

  it("serves Things exposed before the start, and Things of one title at paths of their own", async () => {
    const server = new CoapBindingServer({ port: 0, baseUrl: "coap://fog.example/" });
    const thing = (id: string): ExposedThing =>
      new ExposedThing(new Servient(), {
        id,
        title: "Twin",
        properties: { p: { type: "integer" } },
      } as unknown as ExposedThingInit);
    const things = ["urn:1", "urn:2"].map(thing);
    await server.expose(things[0] as ExposedThing);
    await server.start();
    await server.expose(things[1] as ExposedThing);
    const hrefs = things.map(({ properties }) => properties.p?.forms[0]?.href);
    expect(hrefs).toEqual([
      "coap://fog.example/twin/properties/p",
      "coap://fog.example/twin-2/properties/p",
    ]);
    expect([await server.destroy("urn:1"), await server.destroy("urn:1")]).toEqual([true, false]);
    await server.stop();
  });

  it("says 5.03 to more requests than it may have in work", async () => {
    const demo = await startDemo({ maxConcurrentRequests: 1 });
    const peer = await RawPeer.client(demo.port);
    peer.send(post("/demo/actions/slow"));
    await until("the first to be in work", () => demo.server.held.exchanges === 1);
    const refused = await peer.request(get("/demo/properties/plain"));
    expect(codeText(refused.code)).toBe("5.03");
    expect(demo.server.counters.refused).toBe(1);
    await peer[Symbol.asyncDispose]();
    await demo[Symbol.asyncDispose]();
  });
});
