import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import {
  ConfigError,
  type RunningServient,
  type Site,
  silentLogger,
  startServient,
  systemClock,
} from "@fogwot/core";
import { validateThingDescription } from "@fogwot/thing-descriptions";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { UdpBoard } from "../drivers/wifi/testing/udp-board";
import { isAlive } from "../testing/processes";
import { type TemporaryFolder, temporaryFolder } from "../testing/temporary-folder";
import { until } from "../testing/until";
import type { Wot } from "../things/wot-types";
import type { FogNodeConfig, FogNodeReport } from "./config";
import { FogNode } from "./node";
import { DirectoryDouble } from "./testing/directory-double";
import { testSite } from "./testing/site";

jest.setTimeout(60_000);

function withSettings(site: Site, settings: Readonly<Record<string, unknown>>): Site {
  const nodes = site.nodes.map((one) => ({
    ...one,
    networks: one.networks.map((network) => ({ ...network, settings })),
  }));
  return { ...site, nodes };
}

type ConsumedThing = Awaited<ReturnType<Wot["consume"]>>;

describe("a fog node", () => {
  let folder: TemporaryFolder;
  let boards: UdpBoard[];
  let directory: DirectoryDouble;
  let site: Site;
  let node: FogNode;
  let report: FogNodeReport;
  let consumer: RunningServient;

  const configuration = (): FogNodeConfig => ({
    site,
    node: "fog-wifi",
    addresses: Object.fromEntries(boards.map((board, i) => [`wifi-${i + 1}`, board.address])),
    runDirectory: folder.path,
    ports: { http: 0, coap: 0 },
    directory: { url: directory.url, token: "t0ken" },
    logLevel: "silent",
  });
  const thing = async (name: string): Promise<ConsumedThing> => {
    const { tdUrl = "" } = report.things.find(({ id }) => id.endsWith(`:${name}`)) ?? {};
    return consumer.wot.consume(await consumer.wot.requestThingDescription(tdUrl));
  };
  const read = async (name: string, property: string): Promise<unknown> =>
    (await (await thing(name)).readProperty(property)).value();
  const getData = async (name: string, timeoutMs = 5_000): Promise<unknown> =>
    (await (await thing(name)).invokeAction("getData", { timeoutMs }))?.value();
  const driverPid = (): number => node.children()[0]?.pid ?? 0;

  beforeEach(async () => {
    folder = temporaryFolder();
    boards = [await new UdpBoard().start(), await new UdpBoard().start()];
    directory = await new DirectoryDouble("t0ken").start();
    site = testSite();
    node = new FogNode(configuration(), { clock: systemClock, log: silentLogger });
    report = await node.start();
    consumer = await startServient({ name: "consumer", clients: ["http"] });
    await until(async () => (await read("wifi", "status")) === "online");
  });
  afterEach(async () => {
    await consumer.stop();
    await node.stop();
    await directory.stop();
    for (const board of boards) board.stop();
    await folder[Symbol.asyncDispose]();
  });

  test("serves every Thing of its site, each with a valid description", async () => {
    expect(report.things.map(({ id, kind }) => [id, kind])).toEqual([
      ["urn:fogwot:factory:wifi-1", "device"],
      ["urn:fogwot:factory:wifi-2", "device"],
      ["urn:fogwot:factory:wifi", "network"],
      ["urn:fogwot:factory:fog-wifi", "node"],
    ]);
    for (const { tdUrl } of report.things) {
      const td = await consumer.wot.requestThingDescription(tdUrl);
      expect(() => validateThingDescription(td)).not.toThrow();
      const hrefs = JSON.stringify(td).match(/"href":"[^"]+"/g) ?? [];
      expect(hrefs.filter((href) => /coap:\/\/127\.0\.0\.1/.test(href)).length).toBeGreaterThan(0);
    }
    expect(report.drivers).toEqual([
      {
        name: "wifi",
        wsn: "wifi",
        ipc: { query: expect.any(String), data: expect.any(String) },
        devices: ["wifi-1", "wifi-2"],
      },
    ]);
  });

  test("carries a getData from HTTP to the board and back", async () => {
    const before = boards[0]?.count("query") ?? 0;
    expect(await getData("wifi-1")).toMatchObject({
      deviceId: "wifi-1",
      values: { temperature: 21.5, humidity: 45 },
    });
    expect(boards[0]?.count("query")).toBeGreaterThan(before);
  });

  test("a silent board is 504, and offline after its keep-alives", async () => {
    const [board] = boards as [UdpBoard];
    board.isSilent = true;
    await expect(getData("wifi-1", 50)).rejects.toMatchObject({
      status: 504,
      problem: { code: "DEVICE_TIMEOUT" },
    });
    await until(async () => (await read("wifi-1", "status")) === "offline");
    expect(await read("wifi", "status")).toBe("degraded");
    board.isSilent = false;
    await until(async () => (await read("wifi-1", "status")) === "online");
  });

  test("a killed driver takes its Things offline, and is back without the Servient's restart", async () => {
    const before = driverPid();
    process.kill(before, "SIGKILL");
    await until(async () => (await read("wifi", "status")) === "offline");
    expect(await read("fog-wifi", "status")).toBe("degraded");
    await expect(getData("wifi-1", 200)).rejects.toMatchObject({
      status: 503,
      problem: { code: "DRIVER_UNAVAILABLE" },
    });
    await until(async () => (await read("wifi", "status")) === "online", "the driver", 30_000);
    await expect(getData("wifi-1")).resolves.toBeDefined();
    expect(driverPid()).not.toBe(before);
    expect(await read("fog-wifi", "status")).toBe("online");
  });

  test("a driver that fails at its very first start fails no node, says why, and comes up later", async () => {
    await node.stop();
    const port = createSocket("udp4");
    port.bind(0, "127.0.0.1");
    await once(port, "listening");
    site = withSettings(site, { localPort: port.address().port, keepAliveMs: 100 });
    node = new FogNode(configuration(), { clock: systemClock, log: silentLogger });
    report = await node.start();
    expect(report.things).toHaveLength(4);
    expect(await read("wifi", "status")).toBe("offline");
    expect(await read("fog-wifi", "status")).toBe("degraded");
    const error = expect.objectContaining({ code: "PORT_IN_USE" });
    const down = { network: "wifi", wsn: "wifi", status: "offline", error };
    expect(await read("fog-wifi", "drivers")).toEqual([down]);
    await expect(getData("wifi-1", 200)).rejects.toMatchObject({
      status: 503,
      problem: { code: "DRIVER_UNAVAILABLE" },
    });
    port.close();
    await until(async () => (await read("wifi", "status")) === "online", "the driver", 30_000);
    expect(await read("fog-wifi", "drivers")).toEqual([
      { network: "wifi", wsn: "wifi", status: "online" },
    ]);
    await expect(getData("wifi-1")).resolves.toBeDefined();
  });

  test("settings that a driver does not have fail the node: no other start would mend them", async () => {
    await node.stop();
    site = withSettings(site, { keepAlive: 100 });
    node = new FogNode(configuration(), { clock: systemClock, log: silentLogger });
    await expect(node.start()).rejects.toMatchObject({ code: "CONFIG" });
    expect(node.children()).toEqual([]);
  });

  test("a driver that hangs is refused for, killed, and started anew", async () => {
    const before = driverPid();
    process.kill(before, "SIGSTOP");
    await expect(getData("wifi-1", 100)).rejects.toMatchObject({ status: 503 });
    await until(() => driverPid() !== before && !isAlive(before), "the driver's end", 30_000);
    await until(async () => (await read("wifi", "status")) === "online", "the driver", 30_000);
    await expect(getData("wifi-1")).resolves.toBeDefined();
  });

  test("parameters are set at the start, and what was written is set again by a new driver", async () => {
    const [board] = boards as [UdpBoard];
    await until(() => board.count("set") === 1);
    expect(board.received).toContainEqual(
      expect.objectContaining({ type: "set", parameter: 1, value: 2_000 }),
    );
    await (await thing("wifi-1")).writeProperty("samplingInterval", 4_000);
    process.kill(driverPid(), "SIGKILL");
    await until(() => board.count("set") === 3, "the set", 30_000);
    expect(board.received.filter(({ type }) => type === "set").at(-1)).toMatchObject({
      value: 4_000,
    });
    expect(await read("wifi-1", "samplingInterval")).toBe(4_000);
  });

  test("filters are the parent's to set and list", async () => {
    await node.ask({ op: "filter.set", device: "wifi-1", settings: { filterLoss: 1 } });
    expect(await node.ask({ op: "filter.list" })).toMatchObject({
      "wifi-1": { filterLoss: 1 },
      "wifi-2": { filterLoss: 0 },
    });
    await expect(getData("wifi-1", 50)).rejects.toMatchObject({ status: 504 });
    await expect(getData("wifi-2")).resolves.toBeDefined();
    await expect(node.ask({ op: "filter.set", device: "x", settings: {} })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    await expect(node.ask({ op: "dance" })).rejects.toMatchObject({ code: "INPUT" });
    await expect(node.ask(null)).rejects.toMatchObject({ code: "INPUT" });
  });

  test("registers its Things with its token, and takes them out when it stops", async () => {
    await until(() => directory.things.size === 4);
    expect(directory.things.get("urn:fogwot:factory:wifi-1")).toMatchObject({
      id: "urn:fogwot:factory:wifi-1",
      registration: { ttl: 90 },
    });
    await node.stop();
    expect(directory.things.size).toBe(0);
    expect(directory.refused).toBe(0);
  });

  test("stop leaves no process and no socket file, and twice is once", async () => {
    const pid = driverPid();
    expect(isAlive(pid)).toBe(true);
    await node.stop();
    await node.stop();
    expect(isAlive(pid)).toBe(false);
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test("a node the site does not have is refused with those it has", () => {
    const make = () =>
      new FogNode({ ...configuration(), node: "fog-x" }, { clock: systemClock, log: silentLogger });
    expect(make).toThrow(ConfigError);
    expect(make).toThrow(/one of fog-wifi/);
  });
});
