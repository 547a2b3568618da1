import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { BINDING_NAMES } from "@fogwot/core";
import type { FogNodeCounters } from "@fogwot/fog";
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from "@jest/globals";
import type { ServerStatus } from "../../src/site-run/server-status";
import { siteProcesses } from "../../src/soak/site/children";
import { fogwotCommand } from "../../src/soak/site/command";
import { SiteConsumer } from "../../src/soak/site/consumer";
import { LivingSite } from "../../src/soak/site/living-site";
import { type ExportedRow, exportedRows } from "../../src/soak/site/outcomes";
import { withFastSampling, withNetwork, withPerfectLinks } from "../../src/soak/site/site-copy";
import { SlotAudit } from "../../src/soak/site/slots";
import { until } from "../../src/soak/site/until";

jest.setTimeout(90_000);

/** Of the client; less than the site is given to come back, so that a request lost meanwhile is followed by another. */
const CLIENT_LIMIT_MS = 3_000;

let site: LivingSite;
let consumer: SiteConsumer;

beforeAll(async () => {
  site = await LivingSite.start({
    site: (wifi) => ({
      ...withNetwork(withFastSampling(wifi), (network) => ({
        ...network,
        settings: { keepAliveMs: 200, offlineAfter: 2 },
      })),
      mashup: { ...wifi.mashup, m: 3, timeoutMs: 300, intervalMs: 400 },
    }),
    emulation: withPerfectLinks,
  });
  consumer = await SiteConsumer.open(site, CLIENT_LIMIT_MS);
});
afterAll(async () => {
  // Also after a start that failed, nothing may stay.
  await consumer?.stop();
  const ended = await site?.stop();
  expect(ended?.summary?.leftover).toEqual([]);
  expect(ended?.exitCode).toBe(0);
});
beforeEach(async () => {
  for (const device of consumer.devices) await link(device, "restore");
  await siteProcesses(site);
  await until("every device online", () => everyStatusIs("online"));
});

const OUTPUT = { values: { temperature: expect.any(Number), humidity: expect.any(Number) } };

function link(device: string, verb: "cut" | "restore"): Promise<unknown> {
  return site.control("POST", `/links/${device}/${verb}`);
}

async function everyStatusIs(wanted: string): Promise<boolean> {
  const read = consumer.devices.map((device) => consumer.read(device, "status", "http"));
  return (await Promise.all(read)).every((status) => status === wanted);
}

/** The problem that a request fails with, as its sender is told; "none" when it does not fail. */
async function problemOf(request: Promise<unknown>): Promise<string> {
  try {
    await request;
    return "none";
  } catch (error) {
    const { problem, code } = error as { problem?: { code: string }; code?: string };
    return problem?.code ?? code ?? String(error);
  }
}

async function requestCounts(): Promise<number[]> {
  const { nodes } = await site.control<{ nodes: Record<string, FogNodeCounters> }>(
    "GET",
    "/counters",
  );
  return BINDING_NAMES.map((name) => nodes["fog-wifi"]?.bindings[name]?.requests ?? 0);
}

async function rows(): Promise<ExportedRow[]> {
  const all: ExportedRow[] = [];
  for await (const row of exportedRows(site)) all.push(row);
  return all;
}

function status(): Promise<ServerStatus> {
  return site.server.request("GET", "/api/status");
}

describe("a driver process that is killed", () => {
  it("fails what is under way with a typed error, takes its Things offline and comes back, and the Servient stays", async () => {
    const before = await siteProcesses(site);
    const changes: string[] = [];
    const thing = await consumer.consume("wifi-1", "http");
    const subscription = await thing.subscribeEvent("statusChanged", (event) => {
      void event.value().then((value) => changes.push((value as { status: string }).status));
    });
    // Over a link that is cut a request lasts its whole time-out, unless it is failed earlier.
    await link("wifi-1", "cut");
    const counts = await requestCounts();
    const underWay = BINDING_NAMES.map((binding) =>
      problemOf(consumer.getData("wifi-1", binding, 20_000)),
    );
    await until("the requests being under way", async () =>
      (await requestCounts()).every((count, index) => count > (counts[index] ?? 0)),
    );
    for (const { pid } of before.drivers) process.kill(pid, "SIGKILL");
    expect(await Promise.all(underWay)).toEqual(BINDING_NAMES.map(() => "DRIVER_UNAVAILABLE"));
    await link("wifi-1", "restore");

    await until("the device being told offline, then online", () => changes.length >= 2);
    expect(changes.slice(0, 2)).toEqual(["offline", "online"]);
    await subscription.stop();
    for (const binding of BINDING_NAMES) {
      expect(await consumer.getData("wifi-1", binding)).toMatchObject(OUTPUT);
    }
    const after = await siteProcesses(site);
    expect(after.nodes).toEqual(before.nodes);
    expect(after.drivers.map(({ pid }) => pid)).not.toEqual(before.drivers.map(({ pid }) => pid));
  });

  it("is told by the node's status, and new requests are refused at once while it is away", async () => {
    const seen = new Set<string>();
    const { drivers } = await siteProcesses(site);
    for (const { pid } of drivers) process.kill(pid, "SIGKILL");
    await until("the node being degraded", async () => {
      seen.add(await problemOf(consumer.getData("wifi-2", "http", 20_000)));
      return (await consumer.read("fog-wifi", "status", "http")) === "degraded";
    });
    await until("the node being whole", async () => {
      seen.add(await problemOf(consumer.getData("wifi-2", "coap", 20_000)));
      return (await consumer.read("fog-wifi", "status", "http")) === "online";
    });
    seen.delete("none");
    expect([...seen]).toEqual(["DRIVER_UNAVAILABLE"]);
  });
});

describe("a fog node that is killed in the middle of a time-slot", () => {
  it("costs losses and no slot: the mash-up goes on, and gets readings again by itself", async () => {
    const before = await siteProcesses(site);
    const { run } = await status();
    for (const device of consumer.devices) await link(device, "cut");
    const [counted = 0] = await requestCounts();
    // With every link cut, a request that has come is waited for until t_timeout.
    await until("a slot being under way", async () => ((await requestCounts())[0] ?? 0) > counted);
    const { slot } = await status();
    process.kill(before.nodes[0]?.pid ?? -1, "SIGKILL");
    for (const device of consumer.devices) await link(device, "restore");

    const isAfter = (row: ExportedRow): boolean => row.run === run && row.slot > slot;
    await until("readings after the death", async () =>
      (await rows()).some((row) => isAfter(row) && row.ok),
    );
    const all = (await rows()).filter((row) => row.run === run);
    const [audit] = (await SlotAudit.of(exportedRows(site))).filter((one) => one.run === run);
    expect(audit).toMatchObject({ first: 1, missing: [], repeated: 0 });
    const lost = all.filter((row) => row.slot >= slot && !row.ok);
    expect(lost.length).toBeGreaterThanOrEqual(consumer.devices.length);
    // A dead fog node is no device that keeps silent, and the rows say so.
    expect(lost.map(({ error }) => error)).toContain("UNREACHABLE");
    const after = await siteProcesses(site);
    expect(after.server).toEqual(before.server);
    expect(after.nodes[0]).toMatchObject({ restarts: (before.nodes[0]?.restarts ?? 0) + 1 });
    expect((await status()).run).toBe(run);
    for (const binding of BINDING_NAMES) {
      await until(`${binding} at the old address`, () => consumer.getData("wifi-3", binding));
    }
  });
});

describe("the processing server, with broker and store in it, killed", () => {
  it("loses no row that it had told of, and HTTP and CoAP of the fog node do not notice", async () => {
    const before = await siteProcesses(site);
    await consumer.getData("wifi-1", "mqtt");
    const told = await rows();
    // Counted as stored, but never asked for: these must be there as well.
    const { store, run } = await until("more rows being counted", async () => {
      const now = await status();
      return now.store.rows > told.length && now;
    });
    process.kill(before.server.pid ?? -1, "SIGKILL");
    for (const binding of ["http", "coap"] as const) {
      expect(await consumer.getData("wifi-1", binding)).toMatchObject(OUTPUT);
    }
    await until("the server's restart", async () => (await status()).run !== run);
    const kept = new Set((await rows()).map(({ line }) => line));
    expect(told.filter(({ line }) => !kept.has(line))).toEqual([]);
    expect(kept.size).toBeGreaterThanOrEqual(store.rows);

    // The same clients, at the same addresses.
    await until("MQTT answering again", () => consumer.getData("wifi-1", "mqtt"));
    await until("sensing having gone on", async () => {
      const now = await status();
      return now.run !== run && now.slots > 2 && (now.window.pdr ?? 0) > 0;
    });
    const after = await siteProcesses(site);
    expect(after.nodes).toEqual(before.nodes);
    expect(after.server.pid).not.toBe(before.server.pid);
  });
});

describe("a board", () => {
  it("that keeps silent times out, is offline after missed keep-alives, and comes back", async () => {
    const { boards } = await siteProcesses(site);
    const pid = boards[1]?.pid ?? -1;
    process.kill(pid, "SIGUSR1");
    const problems = await until("exactly one device being silent", async () => {
      const asked = consumer.devices.map((device) =>
        problemOf(consumer.getData(device, "http", 1_000)),
      );
      const all = await Promise.all(asked);
      return all.filter((problem) => problem !== "none").length === 1 && all;
    });
    expect([...problems].sort()).toEqual(["DEVICE_TIMEOUT", "none", "none"]);
    const silent = consumer.devices[problems.indexOf("DEVICE_TIMEOUT")] ?? "";
    const statuses = (): Promise<string[]> =>
      Promise.all(
        consumer.devices.map((device) => consumer.read<string>(device, "status", "coap")),
      );
    await until("it being offline", async () => (await statuses()).includes("offline"));
    expect(await statuses()).toEqual(
      consumer.devices.map((device) => (device === silent ? "offline" : "online")),
    );
    expect(await consumer.read("wifi", "status", "http")).toBe("degraded");
    process.kill(pid, "SIGUSR2");
    await until("it being back", async () => (await statuses()).every((one) => one === "online"));
    expect(await consumer.getData(silent, "http")).toMatchObject(OUTPUT);
    expect((await siteProcesses(site)).boards.map((board) => board.pid)).toContain(pid);
  });

  it("that is killed is started again and given its parameters", async () => {
    const before = await siteProcesses(site);
    for (const { pid } of before.boards) process.kill(pid, "SIGKILL");
    await until("new boards", async () => {
      const { boards } = await siteProcesses(site);
      return boards.every(({ pid }) => !before.boards.some((old) => old.pid === pid));
    });
    for (const device of consumer.devices) {
      await until(`${device} answering`, () => consumer.getData(device, "http", 500));
    }
    await until("the driver having seen every restart", async () => {
      const { nodes } = await site.control<{ nodes: Record<string, FogNodeCounters> }>(
        "GET",
        "/counters",
      );
      return (nodes["fog-wifi"]?.drivers.wifi?.restarts ?? 0) >= consumer.devices.length;
    });
    expect((await siteProcesses(site)).emulation).toEqual(before.emulation);
  });

  it("comes back at its address when all of the emulation is killed", async () => {
    const before = await siteProcesses(site);
    process.kill(before.emulation?.pid ?? -1, "SIGKILL");
    const { emulation, boards } = await until("a new emulation", async () => {
      const now = await siteProcesses(site);
      return now.emulation?.pid !== before.emulation?.pid && now;
    });
    expect(emulation?.restarts).toBe(1);
    expect(boards).toHaveLength(before.boards.length);
    for (const device of consumer.devices) {
      await until(`${device} answering`, () => consumer.getData(device, "http", 500));
    }
    expect((await siteProcesses(site)).drivers).toEqual(before.drivers);
  });
});

describe("fogwot up itself, killed", () => {
  it("takes every process along; the next one sees the stale run file and finds the rows", async () => {
    const { runDirectory, runId } = site.attached.info;
    const told = await rows();
    expect(site.processes.length).toBeGreaterThanOrEqual(7);
    await site.kill();
    await until("every process of the site being gone", () => site.processes.length === 0);
    const [program = "", ...args] = fogwotCommand("status", site.siteFile);
    const said = await new Promise<{ code: unknown; stderr: string }>((resolve) => {
      execFile(program, args, { env: site.environment }, (error, _, stderr) =>
        resolve({ code: error?.code ?? 0, stderr }),
      );
    });
    expect(said).toEqual({ code: 1, stderr: expect.stringContaining("fogwot up") });

    await site.up();
    expect(site.attached.info.runId).not.toBe(runId);
    expect(existsSync(runDirectory)).toBe(false);
    const kept = new Set((await rows()).map(({ line }) => line));
    expect(told.filter(({ line }) => !kept.has(line))).toEqual([]);
    await consumer.stop();
    consumer = await SiteConsumer.open(site, CLIENT_LIMIT_MS);
    for (const binding of BINDING_NAMES) {
      expect(await consumer.getData("wifi-1", binding)).toMatchObject(OUTPUT);
    }
  });
});
