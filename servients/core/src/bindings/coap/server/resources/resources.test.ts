import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { decodeCbor, encodeCbor } from "../../../cbor";
import { until } from "../../../compliance";
import {
  Code,
  codeText,
  decodeUint,
  findOption,
  type Message,
  MessageType,
  type Option,
  OptionNumber,
  uintOption,
  uriOptions,
} from "../../message";
import { type Demo, startDemo } from "../../testing/demo";
import { get, observeOf, RawPeer } from "../../testing/raw-peer";

const CBOR = 60;
const ACCEPT_CBOR = uintOption(OptionNumber.accept, CBOR);
const IN_CBOR = uintOption(OptionNumber.contentFormat, CBOR);
const REGISTER = uintOption(OptionNumber.observe, 0);

// Real sockets on a machine that may be busy.
jest.setTimeout(60_000);

describe("resources of a Thing over CoAP", () => {
  let demo: Demo;
  let peer: RawPeer;
  beforeAll(async () => {
    demo = await startDemo();
    peer = await RawPeer.client(demo.port);
  });
  afterAll(async () => {
    await peer[Symbol.asyncDispose]();
    await demo[Symbol.asyncDispose]();
  });

  const formatOf = (message: Message): number | undefined => {
    const option = findOption(message.options, OptionNumber.contentFormat);
    return option && decodeUint(option.value);
  };
  const send = (code: number, path: string, payload: Buffer, options: Option[] = []) =>
    peer.request({ code, options: [...uriOptions(path, ""), ...options], payload });
  const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
  /** Notifications of one token, each acknowledged as it comes. */
  const observe = async (path: string, query: string, options: Option[] = []) => {
    const got: Message[] = [];
    const token = Buffer.from(path.slice(-6));
    peer.onMessage = (message) => {
      if (!message.token.equals(token) || message.type === MessageType.acknowledgement) return;
      got.push(message);
      const { messageId } = message;
      peer.send({ type: MessageType.acknowledgement, messageId, token: Buffer.of() });
    };
    const request = { code: Code.get, options: [...uriOptions(path, query), REGISTER, ...options] };
    return { first: await peer.request({ ...request, token }), got };
  };

  it("answers in CBOR whoever asks for it, and takes CBOR", async () => {
    const written = await send(Code.put, "/demo/properties/state", encodeCbor("grün"), [IN_CBOR]);
    expect(codeText(written.code)).toBe("2.04");
    const read = await peer.request(get("/demo/properties/state", [ACCEPT_CBOR]));
    expect([formatOf(read), decodeCbor(read.payload)]).toEqual([CBOR, "grün"]);
    const all = await send(Code.put, "/demo/properties", encodeCbor({ state: 7 }), [IN_CBOR]);
    expect(codeText(all.code)).toBe("2.04");
    const set = { code: Code.get, options: uriOptions("/demo/properties", "names=state,plain") };
    const some = await peer.request({ ...set, options: [...set.options, ACCEPT_CBOR] });
    expect([formatOf(some), decodeCbor(some.payload)]).toEqual([CBOR, { state: 7, plain: 7 }]);
  });

  it("lets no cache answer for a property", async () => {
    for (const path of ["properties/plain", "properties?names=plain", "actions"]) {
      const [where = "", query = ""] = path.split("?");
      const options = uriOptions(`/demo/${where}`, query);
      const { options: answered } = await peer.request({ code: Code.get, options });
      expect(findOption(answered, OptionNumber.maxAge)?.value).toEqual(Buffer.of());
    }
  });

  it("answers an action in the type of its input, unless told otherwise", async () => {
    const invoke = (options: Option[]) =>
      send(Code.post, "/demo/actions/count", encodeCbor(1), [IN_CBOR, ...options]);
    expect(formatOf(await invoke([]))).toBe(CBOR);
    expect(formatOf(await invoke([uintOption(OptionNumber.accept, 50)]))).toBe(50);
  });

  it("notifies in CBOR whoever asks for it, in JSON who does not", async () => {
    const { first, got } = await observe("/demo/properties/state", "", [ACCEPT_CBOR]);
    expect([formatOf(first), observeOf(first)]).toEqual([CBOR, 1]);
    await demo.setState("new");
    await until("the notification", () => got.length === 1);
    expect(decodeCbor(got[0]?.payload ?? Buffer.of())).toBe("new");
  });

  it("names each event, and each property, in the notifications of a whole Thing", async () => {
    const events = await observe("/demo/events", "");
    expect([codeText(events.first.code), events.first.payload.length]).toEqual(["2.05", 0]);
    demo.thing.emitEvent("reading", 4);
    demo.thing.emitEvent("reading", undefined as never);
    await until("both events", () => events.got.length === 2);
    expect(events.got.map(({ payload }) => payload.toString())).toEqual([
      '{"name":"reading","data":4}',
      '{"name":"reading"}',
    ]);
    const changes = await observe("/demo/properties", "changes", [ACCEPT_CBOR]);
    await demo.setState(9);
    await until("the change", () => changes.got.length === 1);
    expect(decodeCbor(changes.got[0]?.payload ?? Buffer.of())).toEqual({ name: "state", data: 9 });
  });

  it("answers an asynchronous action with its status and where to ask again", async () => {
    const started = await send(Code.post, "/demo/actions/drill", json(21));
    const path = started.options
      .filter(({ number }) => number === OptionNumber.locationPath)
      .map(({ value }) => value.toString());
    const status = JSON.parse(started.payload.toString());
    expect([codeText(started.code), path.slice(0, 3)]).toEqual([
      "2.01",
      ["demo", "actions", "drill"],
    ]);
    expect(status.href).toBe(`coap://127.0.0.1:${demo.port}/${path.join("/")}`);
    const query = async () =>
      JSON.parse((await peer.request(get(`/${path.join("/")}`))).payload.toString());
    let latest = await query();
    while (latest.status !== "completed") latest = await query();
    expect(latest).toMatchObject({ output: 42, href: status.href });
    const cancelled = await send(Code.delete, `/${path.join("/")}`, Buffer.of());
    expect(codeText(cancelled.code)).toBe("4.09");
  });

  it.each([
    ["POST to the set of properties", Code.post, "/demo/properties", "4.05"],
    ["events without Observe", Code.get, "/demo/events", "4.05"],
    ["an unknown invocation", Code.get, "/demo/actions/drill/nosuch", "4.04"],
    ["a name that is no property", Code.get, "/demo/properties?names=nosuch", "4.00"],
    ["PUT to the invocations", Code.put, "/demo/actions", "4.05"],
    ["what lies below a property", Code.get, "/demo/properties/state/x", "4.04"],
  ])("refuses %s", async (_, code, where, expected) => {
    const [path = "", query = ""] = where.split("?");
    const answer = await peer.request({ code, options: uriOptions(path, query) });
    expect(codeText(answer.code)).toBe(expected);
  });
});
