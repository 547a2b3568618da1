import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type RunningServient, startServient } from "../../../servient";
import { benchmarkInit, implementBenchmark } from "../benchmark-thing";

/** W3C WoT Discovery, self-description: who serves a Thing Description, by the ids of its assertions. */
const run = promisify(execFile);

let servient: RunningServient;
let http: string;
let coap: string;
let td: unknown;
beforeAll(async () => {
  servient = await startServient({
    name: "server",
    http: { port: 0 },
    coap: { port: 0 },
    clients: [],
  });
  const thing = await servient.wot.produce(benchmarkInit("urn:fogwot:test:explored", "explored"));
  implementBenchmark(thing);
  await thing.expose();
  td = JSON.parse(JSON.stringify(thing.getThingDescription()));
  http = `http://127.0.0.1:${servient.ports.http}/explored`;
  coap = `coap://127.0.0.1:${servient.ports.coap}/explored`;
});
afterAll(() => servient.stop());

describe("exploration-server-http", () => {
  it("-method, -resp, -resp-content-type, -resp-json: GET gives 200 and the description", async () => {
    const response = await fetch(http);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toMatch(/^application\/(td\+)?json/);
    expect(await response.json()).toEqual(td);
  });

  it("-alternate-content: gives the type that is asked for, and refuses one there is not", async () => {
    const types = [];
    for (const accept of ["application/td+json", "application/json", "text/turtle"]) {
      const response = await fetch(http, { headers: { accept } });
      types.push([response.status, response.headers.get("content-type")?.split(";")[0]]);
      await response.body?.cancel();
    }
    expect(types).toEqual([
      [200, "application/td+json"],
      [200, "application/json"],
      [406, "application/problem+json"],
    ]);
  });

  it("-head: HEAD gives the headers of GET and no body", async () => {
    const [get, head] = [await fetch(http), await fetch(http, { method: "HEAD" })];
    const of = ({ headers }: Response) =>
      ["content-type", "content-length", "etag"].map((name) => headers.get(name));
    expect(of(head)).toEqual(of(get));
    expect(of(head)).not.toContain(null);
    await get.body?.cancel();
    expect(await head.text()).toBe("");
  });
});

describe("exploration-server-coap", () => {
  const get = async (...args: string[]) =>
    run("coap-client-notls", ["-B", "10", "-m", "get", ...args, coap], { timeout: 20_000 });

  it("-method, -resp, -resp-json: GET gives 2.05 and the description", async () => {
    expect(JSON.parse((await get()).stdout)).toEqual(td);
  });

  it("-resp-content-type, -alternate-content: says its Content-Format, 432 or 50, as it was asked", async () => {
    for (const [format, name] of [
      ["432", "application/td\\+json|432"],
      ["50", "application/json|50"],
    ]) {
      const { stdout, stderr } = await get("-v", "7", "-A", format as string);
      expect(stdout + stderr).toMatch(new RegExp(`c:2\\.05.*Content-Format:(${name})`));
    }
    const { stderr } = await get("-A", "60");
    expect(stderr).toMatch(/^4\.06/m);
  });

  it("-size2: tells the size of the whole in the first block", async () => {
    const { stdout, stderr } = await get("-v", "7", "-b", "64");
    const size = /Size2:(\d+)/.exec(stdout + stderr)?.[1];
    expect(Number(size)).toBeGreaterThan(1_000);
  });
});
