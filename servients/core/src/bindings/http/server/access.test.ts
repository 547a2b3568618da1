import { afterEach, describe, expect, it } from "@jest/globals";
import type { Form } from "@node-wot/core";
import pino from "pino";
import type { SiteSecurity } from "../../../config";
import {
  API_KEY,
  PASSWORD,
  type SampleAccess,
  sampleAccess,
} from "../../../security/testing/sample-access";
import { Rig, until } from "../../compliance";
import { EventReader } from "../testing/event-reader";
import { openHttpHarness } from "../testing/harness";
import type { HttpBindingServer } from "./server";

const basic = (name: string, password = PASSWORD) => ({
  authorization: `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}`,
});
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const apiKey = (name: string) => ({ "x-api-key": `${API_KEY}-${name}` });

describe("an HTTP server with access", () => {
  let rig: Rig;
  let sample: SampleAccess;
  let base: string;
  const lines: string[] = [];
  afterEach(async () => {
    sample.access.close();
    await rig.stop();
    lines.length = 0;
  });

  async function start(changes: Partial<SiteSecurity> = {}): Promise<string> {
    sample = await sampleAccess(changes);
    const log = pino({ level: "trace" }, { write: (line: string) => lines.push(line) });
    const harness = await openHttpHarness({ access: sample.access, log });
    rig = await new Rig(harness, { title: "Compliance 1" }).start();
    base = (rig.server as unknown as HttpBindingServer).baseUrl;
    return `${base}/compliance-1`;
  }

  /** Every operation that the description offers, as a request. */
  function requests(): { op: string; url: string; method: string; accept: string }[] {
    const td = rig.td as unknown as Record<string, Record<string, { forms?: Form[] }>>;
    const kinds = ["properties", "actions", "events"];
    const affordances = kinds.flatMap((kind) => Object.values(td[kind] ?? {}));
    const forms = [...affordances, rig.td as { forms?: Form[] }].flatMap((one) => one.forms ?? []);
    return forms.flatMap(({ op, href, subprotocol, "htv:methodName": method }) =>
      [op].flat().map((one = "") => ({
        op: one,
        url: href.replace(/\{\?[^}]*\}/g, "").replace(/\{\w+\}/g, "x"),
        method: String(method ?? DEFAULT_METHOD[one] ?? "GET"),
        accept: subprotocol === "sse" ? "text/event-stream" : "*/*",
      })),
    );
  }

  it("answers every operation 401 and every challenge without credentials, with wrong or expired ones", async () => {
    const url = await start();
    const short = await sample.token("dave", ["admin"], 1_000);
    await sample.clock.advance(7_000);
    const wrong = [
      {},
      basic("admin", "wrong"),
      basic("nobody"),
      bearer("nonsense"),
      bearer(short),
      { "x-api-key": API_KEY },
      { authorization: "Negotiate abc" },
      { authorization: "Basic" },
      { authorization: `Basic ${Buffer.from("admin").toString("base64")}` },
    ];
    const targets = [...requests(), { url, method: "GET", accept: "*/*", op: "readdescription" }];
    expect(new Set(targets.map(({ op }) => op)).size).toBeGreaterThan(15);
    for (const headers of wrong) {
      for (const { url: target, method, accept, op } of targets) {
        const response = await fetch(target, { method, headers: { ...headers, accept } });
        await response.text();
        expect([op, target, response.status]).toEqual([op, target, 401]);
        const challenge = response.headers.get("www-authenticate") ?? "";
        expect(challenge).toMatch(/Basic realm="fogwot", charset="UTF-8", Bearer .*ApiKey /);
      }
    }
    expect(rig.controls.values.level).not.toBe("x");
  });

  it("tells a client with a token what is wrong with it, or which scope it lacks", async () => {
    const url = await start();
    const invalid = await fetch(`${url}/properties/level`, { headers: bearer("x.y.z") });
    expect(invalid.headers.get("www-authenticate")).toMatch(/Bearer [^,]*, error="invalid_token"/);
    const token = bearer(await sample.token("dave", ["read"]));
    const refused = await fetch(`${url}/actions/echo`, { method: "POST", headers: token });
    expect(refused.status).toBe(403);
    expect(refused.headers.get("www-authenticate")).toBe(
      'Bearer realm="fogwot", error="insufficient_scope", scope="operate admin"',
    );
    expect(await refused.json()).toMatchObject({ code: "FORBIDDEN", status: 403 });
  });

  it("lets in by password, token and key, each as far as its scopes go", async () => {
    const url = await start();
    const shown = [
      [basic("reader"), basic("operator")],
      [bearer(await sample.token("r", ["read"])), bearer(await sample.token("o", ["operate"]))],
      [apiKey("reader"), apiKey("operator")],
    ] as const;
    const json = { "content-type": "application/json" };
    for (const [reader, operator] of shown) {
      const read = (headers: Record<string, string>) =>
        fetch(`${url}/properties/level`, { headers });
      const echo = (headers: Record<string, string>) =>
        fetch(`${url}/actions/echo`, {
          ...{ method: "POST", body: '"a"', headers: { ...headers, ...json } },
        });
      expect((await read(reader)).status).toBe(200);
      expect((await echo(reader)).status).toBe(403);
      expect((await read(operator)).status).toBe(200);
      expect((await echo(operator)).status).toBeLessThan(300);
    }
  });

  it("takes no credentials of a scheme that is not the Thing's", async () => {
    const url = await start({ default: "apikey_sc" });
    const level = `${url}/properties/level`;
    expect((await fetch(level, { headers: basic("reader") })).status).toBe(401);
    expect((await fetch(level, { headers: apiKey("reader") })).status).toBe(200);
  });

  it("wants all of what has to be shown together, of one user", async () => {
    const url = await start({
      schemes: {
        basic_sc: { scheme: "basic" },
        key_sc: { scheme: "apikey", in: "query", name: "key" },
        both_sc: { scheme: "combo", allOf: ["basic_sc", "key_sc"] },
      },
      default: "both_sc",
    });
    const level = (key: string, headers = {}) =>
      fetch(`${url}/properties/level?key=${API_KEY}-${key}`, { headers });
    expect((await level("reader")).status).toBe(401);
    expect((await level("admin", basic("reader"))).status).toBe(401);
    expect((await fetch(`${url}/properties/level`, { headers: basic("reader") })).status).toBe(401);
    expect((await level("reader", basic("reader"))).status).toBe(200);
  });

  it("describes what it asks for, form by form, and never a secret", async () => {
    const url = await start();
    const td = rig.td as unknown as { security: unknown; securityDefinitions: object };
    expect(td.security).toEqual(["any_sc"]);
    expect(Object.keys(td.securityDefinitions)).toContain("any_sc_http");
    const text = await (await fetch(url, { headers: basic("reader") })).text();
    const forms = [...text.matchAll(/"href":"[^"]*"[^{}]*?/g)];
    expect(forms.length).toBe([...text.matchAll(/"security":\["any_sc_http"\]/g)].length);
    for (const { passwordHash = "", apiKeyHash = "", psk = "" } of sample.users.users) {
      for (const secret of [passwordHash, apiKeyHash, psk]) expect(text).not.toContain(secret);
    }
  });

  it("lists and introduces only what the asker may see, and nothing to a stranger", async () => {
    const visible = [{ operations: ["readdescription"], things: ["none"], scopes: ["none"] }];
    const url = await start({
      access: [
        ...visible,
        { operations: ["readdescription"], scopes: ["read"] },
        { operations: ["readproperty"], scopes: ["operate"] },
      ],
    });
    const list = (headers: Record<string, string>) => fetch(`${base}/`, { headers });
    expect((await list({})).status).toBe(401);
    expect((await list(basic("operator"))).status).toBe(403);
    expect(await (await list(basic("reader"))).json()).toEqual([url]);
    expect((await fetch(`${base}/.well-known/wot`)).status).toBe(401);
    expect((await fetch(`${base}/.well-known/wot`, { headers: basic("reader") })).status).toBe(200);
  });

  it("lets a browser ask beforehand, without credentials", async () => {
    const url = await start();
    const preflight = await fetch(`${url}/properties/level`, {
      method: "OPTIONS",
      headers: { "access-control-request-method": "GET", origin: "http://x" },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-headers")).toMatch(
      /Authorization.*x-api-key/,
    );
  });

  it("ends event streams and polls when the token expires, and when the user is removed", async () => {
    const url = await start();
    const token = bearer(await sample.token("dave", ["read"], 10_000));
    const stream = await EventReader.open(`${url}/events/ping`, token);
    const removed = await EventReader.open(`${url}/events`, basic("reader"));
    const poll = fetch(`${url}/events/ping?subprotocol=longpoll`, { headers: token }).catch(
      () => "ended",
    );
    const server = rig.server as unknown as HttpBindingServer;
    await until("three subscribers", () => server.counters.subscribers === 3);
    await sample.clock.advance(15_000);
    await until("one subscriber", () => server.counters.subscribers === 1);
    sample.access.replaceUsers({ users: [], revoked: {} });
    await until("no subscriber", () => server.counters.subscribers === 0);
    expect(await poll).toBe("ended");
    await Promise.all([stream.close(), removed.close()]);
    expect((await fetch(`${url}/events/ping`, { headers: token })).status).toBe(401);
  });

  it("lets no page of another origin act with a password that the browser remembers", async () => {
    const url = await start();
    const post = (origin: string, credentials: Record<string, string>) =>
      fetch(`${url}/actions/noOutput`, {
        ...{ method: "POST", body: "5" },
        headers: { "content-type": "application/json", origin, ...credentials },
      });
    expect((await post("http://evil.example", basic("operator"))).status).toBe(403);
    expect((await post("null", basic("operator"))).status).toBe(403);
    expect((await post(base, basic("operator"))).status).toBe(204);
    expect((await post("http://evil.example", apiKey("operator"))).status).toBe(204);
  });

  it("answers 429 with Retry-After beyond the rate, and beyond the failed attempts", async () => {
    const url = await start({
      limits: { requestsPerSecond: 1, burst: 3, failedLoginsPerMinute: 2 },
    });
    const statuses = async (headers: Record<string, string>, count: number) => {
      const answers: [number, string | null][] = [];
      for (let n = 0; n < count; n++) {
        const { status, headers: got } = await fetch(`${url}/properties/level`, { headers });
        answers.push([status, got.get("retry-after")]);
      }
      return answers;
    };
    const ok = [200, null];
    expect(await statuses(apiKey("reader"), 4)).toEqual([ok, ok, ok, [429, "1"]]);
    const guesses = await statuses({ "x-api-key": "guess" }, 4);
    expect(guesses.map(([status]) => status)).toEqual([401, 401, 429, 429]);
    expect(guesses[2]?.[1]).toBe("30");
  });

  it("writes no secret into its log", async () => {
    const url = await start({
      schemes: { key_sc: { scheme: "apikey", in: "query", name: "key" } },
      default: "key_sc",
    });
    await fetch(`${url}/properties/level?key=guess-me`);
    await fetch(`${url}/properties/level?key=${API_KEY}-reader`, { method: "PUT", body: "1" });
    await fetch(`${base}/nowhere?key=${API_KEY}-reader`, { headers: basic("reader") });
    expect(lines.length).toBeGreaterThan(2);
    expect(lines.join("")).not.toMatch(/guess-me|s3cret|Basic/);
  });
});

const DEFAULT_METHOD: Readonly<Record<string, string>> = {
  writeproperty: "PUT",
  writeallproperties: "PUT",
  writemultipleproperties: "PUT",
  invokeaction: "POST",
};
