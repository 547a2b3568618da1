import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import {
  compiledEntry,
  RemoteError,
  type RunningServient,
  Supervisor,
  silentLogger,
  startServient,
  systemClock,
} from "@fogwot/core";
import { instantiate } from "@fogwot/thing-descriptions";
import { afterEach, beforeEach, expect, it, jest } from "@jest/globals";
import { connectAsync } from "mqtt";
import type * as WoT from "wot-typescript-definitions";
import { EventStream } from "../directory/test/event-stream";
import { sampleTd } from "../directory/test/sample-td";
import { openDuckDbStore } from "../store";
import { collect } from "../store/test/sample-rows";
import type { ServerConfig, ServerReport } from "./config";
import { callUrl } from "./test/http-client";
import { sampleSite } from "./test/sample-site";
import { eventually, type Status, token } from "./test/server-harness";

jest.setTimeout(120_000);

const entry = compiledEntry(path.join(__dirname, "main.ts"));
let folder: string;
let supervisor: Supervisor;
const servients: RunningServient[] = [];

beforeEach(async () => {
  folder = await fs.mkdtemp(path.join(os.tmpdir(), "fogwot-program-"));
  supervisor = new Supervisor({ clock: systemClock, log: silentLogger });
});
afterEach(async () => {
  for (const servient of servients.splice(0)) await servient.stop();
  await supervisor.stop();
  await fs.rm(folder, { recursive: true, force: true });
});

/** Forks the compiled program; a restarted one takes the ports that it had. */
function startServer(overrides: Partial<ServerConfig> = {}): Promise<ServerReport> {
  const config: ServerConfig = {
    // 200 ms of real time for an answer, and between slots: a busy machine is no lost packet.
    site: sampleSite({ m: 2, policy: "P0", timeoutMs: 10_000, intervalMs: 10_000 }),
    stateDirectory: path.join(folder, "state"),
    ports: { http: 0, mqtt: 0 },
    token,
    timeScale: 0.02,
    logLevel: "error",
    ...overrides,
  };
  return supervisor.start<ServerConfig, ServerReport>({
    name: "server",
    entry,
    config: (previous) => ({
      ...config,
      ...(previous ? { ports: { http: portOf(previous.url), mqtt: 0 } } : {}),
    }),
  });
}

interface Outcome {
  readonly ok: boolean;
}

const portOf = (url: string) => Number(new URL(url).port);

/** A fog node's Servient with climate sensors, over all three bindings, registered. */
async function exposeDevices(report: ServerReport, names: readonly string[]): Promise<void> {
  const servient = await startServient({
    name: "test-node",
    http: { port: 0 },
    coap: { port: 0 },
    mqtt: { brokerUrl: report.brokerUrl ?? "", topicPrefix: "fogwot/factory" },
    clients: [],
  });
  servients.push(servient);
  for (const name of names) {
    const thing = await servient.wot.produce(
      instantiate("climate-dht11", {
        ...{ site: "factory", node: "fog-wifi", id: name, title: name, wsn: "wifi" },
      }) as WoT.ExposedThingInit,
    );
    thing.setActionHandler("getData", async () => ({
      deviceId: name,
      values: { temperature: 21.5, humidity: 40 },
      timestamp: new Date().toISOString(),
      ageMs: 5,
      deviceRttMs: 3,
    }));
    await thing.expose();
    const td = thing.getThingDescription() as WoT.ThingDescription & { id: string };
    const answer = await callUrl(report.url, {
      method: "PUT",
      url: `/things/${td.id}`,
      headers: { authorization: `Bearer ${token}` },
      payload: td,
    });
    expect([answer.status, answer.body]).toEqual([201, ""]);
  }
}

const statusOf = async (report: ServerReport) =>
  (await callUrl(report.url, "/api/status")).json<Status>();
const send = (report: ServerReport, method: string, url: string, payload?: object) =>
  callUrl(report.url, {
    ...{ method, url, headers: { authorization: `Bearer ${token}` } },
    ...(payload ? { payload } : {}),
  });

it("senses real Things over HTTP, CoAP and MQTT in turn, switched while it runs", async () => {
  const report = await startServer();
  expect(report).toEqual({
    url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    directoryUrl: `${report.url}/things`,
    brokerUrl: expect.stringMatching(/^mqtt:\/\/127\.0\.0\.1:\d+$/),
  });
  await exposeDevices(report, ["wifi-1", "wifi-2"]);
  for (const binding of ["http", "coap", "mqtt"]) {
    const change = await send(report, "PUT", "/api/policy", { binding });
    expect(change.json()).toMatchObject({ binding });
    const { fromSlot } = change.json<{ fromSlot: number }>();
    const outcomes = async () => {
      const url = `/api/outcomes?format=json&run=current&fromSlot=${fromSlot}`;
      return (await send(report, "GET", url)).json<Outcome[]>();
    };
    await eventually(async () => (await outcomes()).filter((row) => row.ok).length >= 10);
    for (const row of await outcomes()) {
      // A busy machine may be late, as a network may; nothing else may go wrong.
      expect(row).toMatchObject({ binding, error: row.ok ? null : "TIMEOUT" });
    }
  }
  expect(await statusOf(report)).toMatchObject({ things: { devices: 2, networks: 0 } });
});

it("is back with its directory and every exported row after kill -9 in mid-sensing", async () => {
  const report = await startServer();
  await exposeDevices(report, ["wifi-1", "wifi-2"]);
  await eventually(async () => (await statusOf(report)).slots >= 10);
  const before = (await send(report, "GET", "/api/outcomes?format=csv&run=current")).body;
  const [child] = supervisor.children();
  process.kill(child?.pid ?? 0, "SIGKILL");
  await eventually(
    async () =>
      supervisor.children()[0]?.state === "running" && supervisor.children()[0]?.pid !== child?.pid,
  );
  await eventually(async () => (await statusOf(report)).slots >= 3);
  const { run } = await statusOf(report);
  const all = (await send(report, "GET", "/api/outcomes?format=csv")).body;
  expect(all.startsWith(before)).toBe(true);
  const { runs } = (await send(report, "GET", "/api/runs")).json<{ runs: { run: string }[] }>();
  expect(runs).toHaveLength(2);
  expect(runs[1]?.run).toBe(run);
});

it("searches its directory, and tells after kill -9 what happened before it", async () => {
  const report = await startServer();
  const put = (id: string) => send(report, "PUT", `/things/${id}`, sampleTd(id));
  for (const id of ["urn:a", "urn:b"]) expect((await put(id)).status).toBe(201);
  const titles = async () =>
    (await callUrl(report.url, "/search/jsonpath?query=$[*].title")).json<string[]>();
  expect(await titles()).toEqual(["urn:a", "urn:b"]);
  const first = await EventStream.open(`${report.url}/events`);
  await put("urn:c");
  await send(report, "DELETE", "/things/urn:a");
  await first.until(() => first.events.length === 2);
  const [child] = supervisor.children();
  process.kill(child?.pid ?? 0, "SIGKILL");
  await first.until(() => first.isClosed);
  await eventually(async () => {
    const [next] = supervisor.children();
    return next?.state === "running" && next.pid !== child?.pid;
  });
  expect(await titles()).toEqual(["urn:b", "urn:c"]);
  const headers = { "last-event-id": first.events[0]?.id ?? "" };
  const back = await EventStream.open(`${report.url}/events`, headers);
  await back.until(() => back.events.length === 1);
  expect(back.events).toEqual(first.events.slice(1));
  back.close();
});

it("ends on SIGTERM with its rows stored, and lets go of port and store", async () => {
  const report = await startServer();
  await exposeDevices(report, ["wifi-1"]);
  await eventually(async () => (await statusOf(report)).slots >= 5);
  const { slots } = await statusOf(report);
  await supervisor.stop();
  await expect(statusOf(report)).rejects.toThrow();
  const store = await openDuckDbStore({ file: path.join(folder, "state", "fogwot.duckdb") });
  const rows = await collect(store.outcomes());
  const events = (await collect(store.events())).map((event) => event.kind);
  await store.close();
  expect(new Set(rows.map((row) => row.slot)).size).toBeGreaterThanOrEqual(slots);
  expect(events.at(-1)).toBe("sensing-stopped");
});

it("says which port is taken, and by whose configuration", async () => {
  const first = await startServer();
  const second = new Supervisor({ clock: systemClock, log: silentLogger });
  const refused = second.start<ServerConfig, ServerReport>({
    name: "second",
    entry,
    config: {
      site: sampleSite(),
      stateDirectory: path.join(folder, "other"),
      ports: { http: portOf(first.url), mqtt: 0 },
      token,
    },
  });
  await expect(refused).rejects.toBeInstanceOf(RemoteError);
  await expect(refused).rejects.toMatchObject({
    message: expect.stringContaining(String(portOf(first.url))),
  });
  await second.stop();
});

it("carries MQTT of anybody over its embedded broker", async () => {
  const report = await startServer();
  const client = await connectAsync(report.brokerUrl ?? "", { reconnectPeriod: 0 });
  await client.publishAsync("some/topic", "x", { qos: 1 });
  await client.endAsync();
});
