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

const SITE = path.join(TESTBED, "sites", "ble", "site.yaml");
const LONG_MS = 30_000;

/** The shipped site with a link that loses nothing, and everything sooner. */
function quickSite(folder: string): string {
  const site = loadSite(SITE);
  const emulation = loadEmulation(path.join(path.dirname(SITE), "emulation.yaml"), site);
  const quick = { keepAliveMs: 200, offlineAfter: 2, connectTimeoutMs: 1_000 };
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
  const link = { baseMs: 0 } as Emulation["boards"][number]["link"];
  const boards = emulation.boards.map((board) => ({ ...board, link }));
  const file = path.join(folder, "site.yaml");
  // JSON is YAML.
  fs.writeFileSync(file, JSON.stringify(changed));
  fs.writeFileSync(path.join(folder, "emulation.yaml"), JSON.stringify({ ...emulation, boards }));
  return file;
}

describe("the BLE site", () => {
  let folder: TemporaryFolder;
  let run: SiteRun;
  let client: RunningServient;

  const url = (): string => run.info.nodes[0]?.things.find(isSensor)?.tdUrl ?? "";
  const isSensor = ({ id }: { readonly id: string }) => id === "urn:fogwot:ble:ble-1";
  const read = async (property: string): Promise<unknown> =>
    (await fetch(`${url()}/properties/${property}`)).json();
  const getData = async (): Promise<{ status: number; body: unknown }> => {
    const response = await fetch(`${url()}/actions/getData`, { method: "POST" });
    return { status: response.status, body: await response.json() };
  };
  const emulation = (request: object): Promise<unknown> =>
    run.supervisor.request(EMULATION, request, 5_000);
  const becomes = (status: string): Promise<void> =>
    until(async () => (await read("status")) === status, status, LONG_MS);

  beforeAll(async () => {
    folder = temporaryFolder();
    run = new SiteRun({
      plan: planSite({ siteFile: quickSite(folder.path), portBase: 0 }),
      stateDirectory: path.join(folder.path, "state"),
      startsSensing: false,
    });
    await run.start();
    client = await openClient(5_000);
    await becomes("online");
  });
  afterAll(async () => {
    await client?.stop();
    await run.stop();
    await folder[Symbol.asyncDispose]();
  });

  test.each(["http", "coap", "mqtt"])(
    "answers over %s through the affordances of any sensor, with no word of its radio",
    async (binding) => {
      const td = await client.wot.requestThingDescription(url());
      const scheme = new RegExp(`^${binding}`);
      const only = <T extends { forms?: { href: string }[] }>(one: T): T => ({
        ...one,
        forms: (one.forms ?? []).filter(({ href }) => scheme.test(href)),
      });
      const affordances = (all: object = {}) =>
        Object.fromEntries(Object.entries(all).map(([name, one]) => [name, only(one)]));
      const { forms: _forms, ...rest } = td;
      const thing = await client.wot.consume({
        ...rest,
        properties: affordances(td.properties),
        actions: affordances(td.actions),
        events: {},
      } as typeof td);
      const output = await (await thing.invokeAction("getData"))?.value();
      expect(output).toMatchObject({ deviceId: "ble-1" });
      const { values } = output as { values: Record<string, number> };
      expect(Object.keys(values).sort()).toEqual(["humidity", "temperature"]);
      expect(await (await thing.readProperty("temperature")).value()).toBe(values.temperature);
    },
  );

  test("tells its samples by itself, at the interval that was written, and knows no threshold", async () => {
    const put = (body: string) =>
      fetch(`${url()}/properties/samplingInterval`, {
        method: "PUT",
        headers: { "content-type": "application/json" },
        body,
      });
    expect((await put("1500")).ok).toBe(true);
    expect(await read("samplingInterval")).toBe(1_500);
    expect((await put("10")).status).toBe(400);
    const td = (await (await fetch(url())).json()) as { properties: object; events: object };
    expect(Object.keys(td.properties)).not.toContain("threshold");
    expect(Object.keys(td.events)).not.toContain("thresholdExceeded");
    const before = JSON.stringify(await read("lastReading"));
    await until(async () => JSON.stringify(await read("lastReading")) !== before, "news", LONG_MS);
  });

  test("is offline while its device has no power, and online with its return", async () => {
    await emulation({ op: "board.power", device: "ble-1", isOn: false });
    await becomes("offline");
    expect(await getData()).toMatchObject({ status: 504, body: { code: "DEVICE_UNREACHABLE" } });
    await emulation({ op: "board.power", device: "ble-1", isOn: true });
    await becomes("online");
    expect((await getData()).status).toBe(200);
  });

  test("says why it cannot ask when the line is unplugged, and asks again after the replug", async () => {
    await emulation({ op: "line.plug", network: "ble", isIn: false });
    await becomes("offline");
    expect(await getData()).toMatchObject({ status: 503, body: { code: "LINE_DOWN" } });
    await emulation({ op: "line.plug", network: "ble", isIn: true });
    await becomes("online");
    expect((await getData()).status).toBe(200);
  });

  test("connects anew from the next driver, though the last one left its connection behind", async () => {
    const node = run.supervisor.children().find(({ name }) => name === "fog-ble");
    const driver = descendantsOf(node?.pid ?? -1).find(({ command }) => /drivers/.test(command));
    const pid = driver?.pid ?? -1;
    process.kill(pid, "SIGKILL");
    await becomes("offline");
    expect(isAlive(pid)).toBe(false);
    await becomes("online");
    expect((await getData()).status).toBe(200);
  });
});
