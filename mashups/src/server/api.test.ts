import fs from "node:fs/promises";
import path from "node:path";
import { systemClock } from "@fogwot/core";
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { sampleTd } from "../directory/test/sample-td";
import type { Call } from "./test/http-client";
import { createHarness, eventually, type ServerHarness, token } from "./test/server-harness";

jest.setTimeout(60_000);

let harness: ServerHarness;
beforeEach(async () => {
  harness = await createHarness();
});
afterEach(() => harness.dispose());

it("senses what registers and tells live figures", async () => {
  const { register, status } = await harness.start();
  expect(await status()).toMatchObject({
    site: "factory",
    state: "waiting",
    policy: "P1",
    m: 1,
    slot: 0,
    slots: 0,
    requests: 0,
    window: { rttMs: null, pdr: null },
    devices: [],
    brokerUrl: null,
  });
  await register("wifi-1");
  await register("wifi-2");
  await eventually(async () => (await status()).slots >= 5);
  const figures = await status();
  expect(figures).toMatchObject({
    state: "running",
    run: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z-[0-9a-f]{6}$/),
    window: { pdr: 1, rttMs: expect.any(Number) },
    total: { pdr: 1, rttMs: expect.any(Number) },
    things: { devices: 2, networks: 0, nodes: 0, others: 0 },
    store: { lostRows: 0 },
  });
  expect(figures.devices).toMatchObject([
    { id: "wifi-1", wsn: "wifi", selected: expect.any(Number), ok: expect.any(Number) },
    { id: "wifi-2", wsn: "wifi" },
  ]);
});

it("exports every outcome as CSV, JSON and Parquet, the same rows in each", async () => {
  const { server, register, status, send } = await harness.start();
  await register("wifi-1");
  await register("wifi-2");
  harness.things.silent.add("wifi-2");
  await eventually(async () => (await status()).slots >= 8);
  const { run } = await status();
  const url = "/api/outcomes?run=current&toSlot=9&format=";
  const csv = await send({ url: `${url}csv` });
  expect(csv.headers.get("content-type")).toBe("text/csv; charset=utf-8; header=present");
  const [header, ...lines] = csv.body.trimEnd().split("\n");
  expect(header).toBe(
    "run,policy,seed,slot,k,device,wsn,binding,explore,eps,propensity,ok,rtt_ms,device_rtt_ms," +
      "reward,q_after,energy_mj,t_virtual_ms,timestamp_ms,error",
  );
  expect(lines).toHaveLength(8);
  expect(lines[0]?.startsWith(`${run},P1,1,1,0,`)).toBe(true);

  const json = (await send({ url: `${url}json` })).json<{ slot: number; rttMs: number | null }[]>();
  expect(json.map((row) => String(row.rttMs ?? ""))).toEqual(
    lines.map((line) => line.split(",")[12]),
  );

  const parquet = await fetch(`${server.report.url}${url}parquet`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(parquet.headers.get("content-type")).toBe("application/vnd.apache.parquet");
  const bytes = Buffer.from(await parquet.arrayBuffer());
  expect(bytes.subarray(0, 4).toString()).toBe("PAR1");
  expect(bytes.length).toBe(Number(parquet.headers.get("content-length")));
  // The file goes when the stream to the client has closed, which is after the client's last byte.
  const temporary = path.join(harness.folder, "state", "tmp");
  while ((await fs.readdir(temporary)).length > 0) await systemClock.sleep(10);

  const readings = await send({ url: "/api/readings?device=wifi-1&quantity=humidity&limit=2" });
  expect(readings.body.split("\n").slice(0, 2)).toEqual([
    "timestamp_ms,device,quantity,value",
    "1795176000000,wifi-1,humidity,40",
  ]);
  const runs = await send({ url: "/api/runs" });
  expect(runs.json()).toMatchObject({ current: run, runs: [{ run, policies: ["P1"] }] });
});

it("hot-swaps the policy while it runs, and the event tells from which slot", async () => {
  const { register, status, get, send } = await harness.start();
  await register("wifi-1");
  await eventually(async () => (await status()).slots >= 3);
  const payload = { name: "P2", parameters: { alpha: 0.3 }, m: 1, timeoutMs: 400 };
  const answer = await send({ method: "PUT", url: "/api/policy", payload });
  expect(answer.status).toBe(200);
  const { fromSlot } = answer.json<{ fromSlot: number }>();
  expect(answer.json()).toMatchObject({
    name: "P2",
    parameters: { alpha: 0.3 },
    timeoutMs: 400,
    intervalMs: 1000,
  });
  await eventually(async () => (await status()).slots >= fromSlot + 2);
  expect((await get("/api/policy")).json()).toMatchObject({ name: "P2" });
  const rows = (await send({ url: "/api/outcomes?format=json&run=current" })).json<
    { slot: number; policy: string }[]
  >();
  expect(rows.map((row) => row.slot)).toEqual(rows.map((_, index) => index + 1));
  for (const row of rows) expect(row.policy).toBe(row.slot < fromSlot ? "P1" : "P2");
  const events = (await get("/api/events?run=current")).json<{ kind: string; detail: object }[]>();
  expect(events.map((event) => event.kind)).toEqual([
    "run-started",
    "device-joined",
    "sensing-started",
    "policy-switched",
    "settings-changed",
  ]);
  expect(events[3]?.detail).toMatchObject({ previous: "P1", policy: "P2", fromSlot });
});

it("lists the policies with the schema of their parameters", async () => {
  const { get } = await harness.start();
  const policies = (await get("/api/policies")).json<{ name: string; parameters: object }[]>();
  expect(policies.map((policy) => policy.name)).toEqual(
    expect.arrayContaining(["P0", "P1", "P2", "P3"]),
  );
  for (const policy of policies) expect(policy.parameters).toMatchObject({ type: "object" });
});

it("stops and starts sensing on demand, as often as it is told", async () => {
  const { register, status, send } = await harness.start();
  await register("wifi-1");
  await eventually(async () => (await status()).slots >= 2);
  const stop = { method: "POST", url: "/api/sensing/stop" };
  expect((await send(stop)).json()).toEqual({ state: "stopped" });
  expect((await send(stop)).json()).toEqual({ state: "stopped" });
  const { slots } = await status();
  expect((await send({ method: "POST", url: "/api/sensing/start" })).json()).toEqual({
    state: "running",
  });
  await eventually(async () => (await status()).slots > slots);
});

describe("refusals", () => {
  it("401 for every change and every export without the token", async () => {
    const { get, send } = await harness.start();
    const changes: Call[] = [
      { method: "PUT", url: "/things/urn:a", payload: sampleTd("urn:a") },
      { method: "DELETE", url: "/things/urn:a" },
      { method: "PUT", url: "/api/policy", payload: { name: "P2" } },
      { method: "POST", url: "/api/sensing/stop" },
      { method: "POST", url: "/api/sensing/start" },
      { url: "/api/outcomes" },
      { url: "/api/readings" },
    ];
    for (const request of changes) {
      for (const authorization of ["", "Bearer wrong-token-of-it", token]) {
        const answer = await send({ ...request, headers: { authorization } });
        expect([request.url, answer.status]).toEqual([request.url, 401]);
        expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer/);
      }
    }
    for (const url of ["/things", "/api/status", "/api/policy", "/api/policies", "/api/events"]) {
      expect([url, (await get(url)).status]).toEqual([url, 200]);
    }
    expect((await get("/api/policy")).json()).toMatchObject({ name: "P1" });
  });

  it.each([
    ["an unknown policy", { name: "P77" }, 404, "POLICY_NOT_FOUND"],
    ["a wrong parameter", { name: "P2", parameters: { alpha: 7 } }, 400, "REQUEST_REJECTED"],
    ["an unknown parameter", { name: "P2", parameters: { x: 1 } }, 400, "REQUEST_REJECTED"],
    ["an unknown member", { policy: "P2" }, 400, "REQUEST_REJECTED"],
    ["nothing", {}, 400, "REQUEST_REJECTED"],
    ["no object", [1], 400, "REQUEST_REJECTED"],
    ["m of 0", { m: 0 }, 400, "REQUEST_REJECTED"],
    ["an interval shorter than the time-out", { intervalMs: 499 }, 400, "REQUEST_REJECTED"],
    ["a time-out longer than the interval", { timeoutMs: 1001 }, 400, "REQUEST_REJECTED"],
    [
      "a time-out nobody waits for",
      { timeoutMs: 60000, intervalMs: 60000 },
      400,
      "REQUEST_REJECTED",
    ],
    ["a binding nobody speaks", { binding: "ftp" }, 400, "REQUEST_REJECTED"],
    ["half a document", '{"name":', 400, "INPUT"],
  ])(
    "of a policy change with %s leave the running policy alone",
    async (_what, payload, status, code) => {
      const { get, send } = await harness.start();
      const answer = await send({ method: "PUT", url: "/api/policy", payload });
      expect([answer.status, answer.json<{ code: string }>().code]).toEqual([status, code]);
      expect(answer.headers.get("content-type")).toMatch(/^application\/problem\+json/);
      expect((await get("/api/policy")).json()).toEqual({
        name: "P1",
        parameters: expect.any(Object),
        m: 1,
        timeoutMs: 500,
        intervalMs: 1000,
        binding: "http",
      });
    },
  );

  it("of a query tell every offence, so that a misspelt filter never exports everything", async () => {
    const { send } = await harness.start();
    const answer = await send({
      url: "/api/outcomes?ruN=x&format=xml&from=yesterday&limit=-1&device=a&device=b",
    });
    expect(answer.status).toBe(400);
    const { details } = answer.json<{ details: { mismatches: { path: string }[] } }>();
    expect(details.mismatches.map((one) => one.path)).toEqual([
      "?ruN",
      "?format",
      "?from",
      "?limit",
      "?device",
    ]);
  });

  it("of an invalid Thing Description name the fields by W3C's schema", async () => {
    const { send } = await harness.start();
    const { title: _title, ...td } = sampleTd("urn:a");
    const answer = await send({ method: "PUT", url: "/things/urn:a", payload: td });
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({
      code: "THING_DESCRIPTION_REJECTED",
      validationErrors: [
        { field: expect.any(String), description: expect.stringMatching(/title/) },
      ],
    });
  });
});
