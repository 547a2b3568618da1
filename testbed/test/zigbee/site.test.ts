import * as fs from "node:fs";
import path from "node:path";
import { loadSite, type RunningServient, type Site } from "@fogwot/core";
import { isAlive, type TemporaryFolder, temporaryFolder, until } from "@fogwot/fog/testing";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { type Emulation, loadEmulation } from "../../src/emulation/emulation-file";
import { descendantsOf } from "../../src/files/process-table";
import { EMULATION } from "../../src/site-run/children";
import { planSite } from "../../src/site-run/site-plan";
import { SiteRun } from "../../src/site-run/site-run";
import { openClient } from "../../src/things/client";
import { TESTBED } from "../support/fogwot";

jest.setTimeout(60_000);

const SITE = path.join(TESTBED, "sites", "zigbee", "site.yaml");
const STRANGER = "zigbee-0013a20040526304";
const LONG_MS = 30_000;

/** The shipped site with links that lose nothing, a board more, and everything sooner. */
function quickSite(folder: string): string {
  const site = loadSite(SITE);
  const emulation = loadEmulation(path.join(path.dirname(SITE), "emulation.yaml"), site);
  const join = { type: "climate-thermistor", discoverMs: 300, leaveAfterMs: 300 };
  const quick = { keepAliveMs: 200, offlineAfter: 2, join };
  const changed: Site = {
    ...site,
    nodes: site.nodes.map((node) => ({
      ...node,
      networks: node.networks.map((network) => ({
        ...network,
        settings: { ...network.settings, ...quick },
      })),
    })),
  };
  const [first] = emulation.boards;
  const link = { baseMs: 0 } as Emulation["boards"][number]["link"];
  const stranger = { ...first, device: "zig-4", network: "zigbee", address: "0013A20040526304" };
  const boards = [...emulation.boards, stranger].map((board) => ({ ...board, link }));
  const file = path.join(folder, "site.yaml");
  // JSON is YAML.
  fs.writeFileSync(file, JSON.stringify(changed));
  fs.writeFileSync(path.join(folder, "emulation.yaml"), JSON.stringify({ ...emulation, boards }));
  return file;
}

describe("the Zigbee site", () => {
  let folder: TemporaryFolder;
  let run: SiteRun;
  let client: RunningServient;

  const base = (): string => {
    const [thing] = run.info.nodes[0]?.things ?? [];
    return thing?.tdUrl.replace(/\/[^/]+$/, "") ?? "";
  };
  const read = async (thing: string, property: string): Promise<unknown> =>
    (await fetch(`${base()}/${thing}/properties/${property}`)).json();
  const getData = async (thing: string): Promise<{ status: number; body: unknown }> => {
    const response = await fetch(`${base()}/${thing}/actions/getData`, { method: "POST" });
    return { status: response.status, body: await response.json() };
  };
  const members = async (): Promise<string[]> =>
    ((await read("zigbee", "devices")) as { id: string }[]).map(({ id }) => id);
  const isRegistered = async (thing: string): Promise<boolean> => {
    const { directoryUrl = "" } = run.info.server ?? {};
    const id = encodeURIComponent(`urn:fogwot:zigbee:${thing}`);
    return (await fetch(`${directoryUrl}/${id}`)).ok;
  };
  const emulation = (request: object): Promise<unknown> =>
    run.supervisor.request(EMULATION, request, 5_000);
  const driverPid = (): number => {
    const node = run.supervisor.children().find(({ name }) => name === "fog-zigbee");
    const driver = descendantsOf(node?.pid ?? -1).find(({ command }) => /drivers/.test(command));
    return driver?.pid ?? -1;
  };

  beforeAll(async () => {
    folder = temporaryFolder();
    run = new SiteRun({
      plan: planSite({ siteFile: quickSite(folder.path), portBase: 0 }),
      stateDirectory: path.join(folder.path, "state"),
      startsSensing: false,
    });
    await run.start();
    client = await openClient(5_000);
    await until(async () => (await read("zigbee", "status")) === "online", "boards", LONG_MS);
  });
  afterAll(async () => {
    await client?.stop();
    await run.stop();
    await folder[Symbol.asyncDispose]();
  });

  test("serves the firmware behind a coordinator through the affordances of any sensor", async () => {
    const { status, body } = await getData("zig-1");
    expect({ status, body }).toMatchObject({ status: 200, body: { deviceId: "zig-1" } });
    expect(Object.keys((body as { values: object }).values)).toEqual(["temperature"]);
    expect(await read("zig-2", "temperature")).toBeGreaterThan(0);
    expect(await read("zig-2", "wsn")).toBe("zigbee");
  });

  test("makes a Thing of a board that joins, and unmakes it when the board has left", async () => {
    await until(async () => (await members()).includes(STRANGER), "the stranger", LONG_MS);
    await until(() => isRegistered(STRANGER), "its registration", LONG_MS);
    expect((await getData(STRANGER)).status).toBe(200);
    const title = await fetch(`${base()}/${STRANGER}`).then((response) => response.json());
    expect(title).toMatchObject({ title: "zig-4", "fog:wsn": "zigbee" });
    const things = () => run.info.nodes[0]?.things.map(({ id }) => id) ?? [];
    await until(() => things().includes(`urn:fogwot:zigbee:${STRANGER}`));

    const told: unknown[] = [];
    const td = await client.wot.requestThingDescription(`${base()}/zigbee`);
    const network = await client.wot.consume(td);
    await network.subscribeEvent("membershipChanged", (event) => {
      void event.value().then((value) => told.push(value));
    });
    await emulation({ op: "board.power", device: "zig-4", isOn: false });
    await until(async () => !(await members()).includes(STRANGER), "its leave", LONG_MS);
    await until(async () => !(await isRegistered(STRANGER)), "the directory", LONG_MS);
    expect((await fetch(`${base()}/${STRANGER}`)).status).toBe(404);
    await until(() => !things().includes(`urn:fogwot:zigbee:${STRANGER}`));

    await emulation({ op: "board.power", device: "zig-4", isOn: true });
    await until(() => told.length > 0, "an event", LONG_MS);
    await until(() => isRegistered(STRANGER), "its return", LONG_MS);
    expect((await getData(STRANGER)).status).toBe(200);
    await until(
      () => told.some((event) => (event as { joined: string[] }).joined.includes(STRANGER)),
      "the joining",
      LONG_MS,
    );
  });

  test("says why it cannot ask when the line is unplugged, and asks again after the replug", async () => {
    await emulation({ op: "line.plug", network: "zigbee", isIn: false });
    await until(async () => (await read("zigbee", "status")) === "offline", "offline", LONG_MS);
    expect(await getData("zig-1")).toMatchObject({ status: 503, body: { code: "LINE_DOWN" } });
    await emulation({ op: "line.plug", network: "zigbee", isIn: true });
    await until(async () => (await read("zig-1", "status")) === "online", "online", LONG_MS);
    expect((await getData("zig-1")).status).toBe(200);
  });

  test("finds a driver that hangs by its heartbeat, and knows who had joined after its restart", async () => {
    await until(async () => (await members()).includes(STRANGER), "the stranger", LONG_MS);
    const pid = driverPid();
    process.kill(pid, "SIGSTOP");
    await until(async () => (await read("zig-1", "status")) === "offline", "heartbeat", LONG_MS);
    expect(await read("fog-zigbee", "status")).toBe("degraded");
    await until(() => !isAlive(pid), "the driver's end", LONG_MS);
    await until(async () => (await read("zig-1", "status")) === "online", "restart", LONG_MS);
    expect(await members()).toContain(STRANGER);
    expect((await getData("zig-1")).status).toBe(200);
  });
});
