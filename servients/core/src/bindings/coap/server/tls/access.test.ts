import { afterEach, describe, expect, it, jest } from "@jest/globals";
import type { Form } from "@node-wot/core";
import { until } from "../../../compliance";
import {
  Code,
  codeText,
  decodeUint,
  type Frame,
  findOption,
  OptionNumber,
  uintOption,
  uriOptions,
} from "../../message";
import { SignalCode } from "../../stream";
import { type Demo, startDemo } from "../../testing/demo";
import { get, RawPeer } from "../../testing/raw-peer";
import { StreamPeer } from "../../testing/stream-peer";
import { KEYS, type TypedAccess, typedAccess } from "../../testing/users";

const REGISTER = uintOption(OptionNumber.observe, 0);

// Real sockets on a machine that may be busy.
jest.setTimeout(60_000);

describe("a CoAP server with access", () => {
  let demo: Demo;
  let users: TypedAccess;
  afterEach(async () => {
    await demo[Symbol.asyncDispose]();
    users.access.close();
  });

  async function start(changes: Parameters<typeof typedAccess>[0] = {}): Promise<void> {
    users = typedAccess(changes);
    demo = await startDemo({ secure: { port: 0, access: users.access } });
  }
  const as = (user: string): Promise<StreamPeer> =>
    StreamPeer.client(demo.securePort, user, KEYS[user] ?? "");
  const codeOf = async (peer: StreamPeer, code: number, path: string, body = ""): Promise<string> =>
    codeText(
      (await peer.request({ code, options: uriOptions(path, ""), payload: Buffer.from(body) }))
        .code,
    );
  const bodyOf = async (peer: StreamPeer, path: string): Promise<unknown> => {
    const { payload } = await peer.request(get(path));
    return JSON.parse(payload.toString());
  };

  /** Every operation that the description offers, as a request. */
  function requests(): Partial<Frame>[] {
    const td = demo.td as unknown as Record<string, Record<string, { forms?: Form[] }>>;
    const kinds = ["properties", "actions", "events"];
    const affordances = kinds.flatMap((kind) => Object.values(td[kind] ?? {}));
    const forms = [...affordances, td as { forms?: Form[] }].flatMap((one) => one.forms ?? []);
    return forms.flatMap((form) => {
      const { pathname, search } = new URL(
        form.href.replace(/\{\?\w+\}/, "").replace(/\{\w+\}/, "x"),
      );
      const observe = form.subprotocol ? [REGISTER] : [];
      const options = [...uriOptions(pathname, search), ...observe];
      return [form.op].flat().map((op = "") => ({ code: METHODS[op] ?? Code.get, options }));
    });
  }

  it("offers a secured Thing over TLS only, and refuses every operation on it over UDP", async () => {
    await start();
    const text = JSON.stringify(demo.td);
    expect(text).toContain(`"coaps+tcp://127.0.0.1:${demo.securePort}/demo/properties/state"`);
    expect(text).not.toContain('"coap://');
    const forms = (demo.td.properties?.state?.forms ?? []) as unknown as Form[];
    expect(forms.every(({ security }) => JSON.stringify(security) === '["psk_sc"]')).toBe(true);
    expect(demo.td.securityDefinitions).toHaveProperty("psk_sc.scheme", "psk");
    await using peer = await RawPeer.client(demo.port);
    const all = [
      ...requests(),
      get("/demo"),
      get("/"),
      get("/.well-known/core"),
      get("/demo/actions/drill/x"),
    ];
    expect(all.length).toBeGreaterThan(30);
    for (const request of all) {
      expect([request.options, codeText((await peer.request(request)).code)]).toEqual([
        request.options,
        "4.01",
      ]);
    }
    expect(demo.invocations).toBe(0);
    expect(demo.server.counters.subscribers).toBe(0);
  });

  it("tells nobody over UDP which affordances a secured Thing has", async () => {
    await start();
    await using peer = await RawPeer.client(demo.port);
    for (const path of ["properties/nosuch", "actions/nosuch", "actions/nosuch/x"]) {
      const { code } = await peer.request(get(`/demo/${path}`));
      expect([path, codeText(code)]).toEqual([path, "4.01"]);
    }
    const post = { code: Code.post, options: uriOptions("/demo/actions/nosuch", "") };
    expect(codeText((await peer.request(post)).code)).toBe("4.01");
  });

  it("offers an open Thing as before, also beside secured ones", async () => {
    await start({ default: "nosec_sc" });
    const forms = (demo.td.properties?.state?.forms ?? []) as unknown as Form[];
    expect(forms.map(({ href, security }) => [new URL(href).protocol, security])).toEqual(
      forms.map(() => ["coap:", ["nosec_sc"]]),
    );
    await using peer = await RawPeer.client(demo.port);
    expect((await peer.request(get("/demo/properties/plain"))).payload.toString()).toBe("7");
  });

  it("lets each user do what the rules allow, and says 4.03 to the rest", async () => {
    await start();
    await using reader = await as("reader");
    await using admin = await as("admin");
    const matrix: [number, string, string, string, string][] = [
      [Code.get, "/demo", "", "2.05", "2.05"],
      [Code.get, "/demo/properties/state", "", "2.05", "2.05"],
      [Code.get, "/demo/properties", "", "5.00", "5.00"],
      [Code.put, "/demo/properties/state", "2", "4.03", "2.04"],
      [Code.put, "/demo/properties", '{"state":3}', "4.03", "2.04"],
      [Code.post, "/demo/actions/count", "1", "4.03", "2.04"],
      [Code.post, "/demo/actions/drill", "1", "4.03", "2.01"],
      [Code.get, "/demo/actions", "", "2.05", "2.05"],
      [Code.delete, "/demo/actions/drill/x", "", "4.03", "4.04"],
      [Code.get, "/demo/properties/nosuch", "", "4.04", "4.04"],
    ];
    for (const [code, path, body, forReader, forAdmin] of matrix) {
      const got = [await codeOf(reader, code, path, body), await codeOf(admin, code, path, body)];
      expect([code, path, ...got]).toEqual([code, path, forReader, forAdmin]);
    }
  });

  it("leaves out of operations on the whole Thing what the user may not see", async () => {
    const onlyState = { affordances: ["state", "reading"], scopes: ["read"] };
    const whole = [
      "readallproperties",
      "readmultipleproperties",
      "observeallproperties",
      "subscribeallevents",
      "readdescription",
    ];
    await start({ access: [onlyState, { operations: whole, scopes: ["read"] }] } as never);
    await using reader = await as("reader");
    expect(await bodyOf(reader, "/demo/properties")).toEqual({ state: 1 });
    const named = { options: uriOptions("/demo/properties", "names=plain") };
    expect(codeText((await reader.request({ code: Code.get, ...named })).code)).toBe("4.03");
    const changes = { options: [...uriOptions("/demo/properties", "changes"), REGISTER] };
    expect(codeText((await reader.request({ code: Code.get, ...changes })).code)).toBe("2.05");
    await demo.setState(5);
    const notified = await reader.next(({ payload }) => payload.includes("name"));
    expect(notified.payload.toString()).toBe('{"name":"state","data":5}');
  });

  it("names in its lists only what the user may read the description of", async () => {
    await start({
      access: [{ things: ["nosuch"], scopes: ["read"] }, { scopes: ["admin"] }],
    } as never);
    await using admin = await as("admin");
    expect(await bodyOf(admin, "/")).toEqual([`coaps+tcp://127.0.0.1:${demo.securePort}/demo`]);
    await using reader = await as("reader");
    expect(await codeOf(reader, Code.get, "/")).toBe("4.03");
    expect(await codeOf(reader, Code.get, "/.well-known/core")).toBe("4.03");
  });

  it("says 4.29 and when to come back to who asks too often", async () => {
    await start({ limits: { requestsPerSecond: 1, burst: 3, failedLoginsPerMinute: 10 } });
    await using reader = await as("reader");
    const answers: Frame[] = [];
    for (let n = 0; n < 5; n++) answers.push(await reader.request(get("/demo/properties/plain")));
    const last = answers.at(-1) as Frame;
    expect([codeText(answers[0]?.code ?? 0), codeText(last.code)]).toEqual(["2.05", "4.29"]);
    const maxAge = findOption(last.options, OptionNumber.maxAge);
    expect(maxAge && decodeUint(maxAge.value)).toBe(1);
    expect(JSON.parse(last.payload.toString()).code).toBe("TOO_MANY_REQUESTS");
  });

  it("ends the connection of a user whose key is taken back, and what it observes", async () => {
    await start();
    await using reader = await as("reader");
    const event = { options: [...uriOptions("/demo/events/reading", ""), REGISTER] };
    await reader.request({ code: Code.get, ...event });
    expect(demo.server.counters.subscribers).toBe(1);
    users.remove("reader");
    const abort = await reader.next(({ code }) => code === SignalCode.abort);
    expect(abort.payload.toString()).toBe("not authorized");
    await reader.closed();
    await until("the observer to be gone", () => demo.server.counters.subscribers === 0);
    await expect(as("reader")).rejects.toMatchObject({ status: 401 });
  });
});

const METHODS: Readonly<Record<string, number>> = {
  writeproperty: Code.put,
  writeallproperties: Code.put,
  writemultipleproperties: Code.put,
  invokeaction: Code.post,
  cancelaction: Code.post,
};
