import * as fs from "node:fs";
import path from "node:path";
import { loadSite, type RunningServient } from "@fogwot/core";
import { isAlive, type TemporaryFolder, temporaryFolder, until } from "@fogwot/fog/testing";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { loadEmulation } from "../../src/emulation/emulation-file";
import { descendantsOf } from "../../src/files/process-table";
import { EMULATION } from "../../src/site-run/children";
import { planSite } from "../../src/site-run/site-plan";
import { SiteRun } from "../../src/site-run/site-run";
import { openClient } from "../../src/things/client";
import { TESTBED } from "../support/fogwot";

jest.setTimeout(60_000);

const SITE = path.join(TESTBED, "sites", "robot-line", "site.yaml");
const LONG_MS = 30_000;
/** Poses come four times as fast as on the real line; what the robot does in between stays. */
const FAST = { paced: false, poseIntervalMs: 16 };

function quickSite(folder: string): string {
  const site = loadSite(SITE);
  const emulation = loadEmulation(path.join(path.dirname(SITE), "emulation.yaml"), site);
  const lines = emulation.lines.map((line) => ({
    ...line,
    settings: { ...line.settings, ...FAST, dialect: "checked" },
  }));
  const file = path.join(folder, "site.yaml");
  // JSON is YAML.
  fs.writeFileSync(file, JSON.stringify(site));
  fs.writeFileSync(path.join(folder, "emulation.yaml"), JSON.stringify({ ...emulation, lines }));
  return file;
}

interface Pose {
  readonly sequence: number;
  readonly axes: readonly number[];
}

describe("the robot's site", () => {
  let folder: TemporaryFolder;
  let run: SiteRun;
  let client: RunningServient;

  const base = (): string => {
    const things = run.info.nodes[0]?.things ?? [];
    return things.find(({ kind }) => kind === "device")?.tdUrl ?? "";
  };
  const read = async (property: string): Promise<unknown> =>
    (await fetch(`${base()}/properties/${property}`)).json();
  const invoke = async (action: string): Promise<{ status: number; body: unknown }> => {
    const response = await fetch(`${base()}/actions/${action}`, { method: "POST" });
    return { status: response.status, body: await response.json() };
  };
  const plug = (isIn: boolean): Promise<unknown> =>
    run.supervisor.request(EMULATION, { op: "line.plug", network: "rs232", isIn }, 5_000);
  const isOnline = async (): Promise<boolean> => (await read("status")) === "online";

  beforeAll(async () => {
    folder = temporaryFolder();
    run = new SiteRun({
      plan: planSite({ siteFile: quickSite(folder.path), portBase: 0 }),
      stateDirectory: path.join(folder.path, "state"),
      startsSensing: false,
    });
    await run.start();
    client = await openClient(5_000);
    await until(isOnline, "the robot", LONG_MS);
  });
  afterAll(async () => {
    await client?.stop();
    await run.stop();
    await folder[Symbol.asyncDispose]();
  });

  test("shows where the robot is, by its axes and as any device does", async () => {
    const { status, body } = await invoke("getData");
    expect({ status, body }).toMatchObject({ status: 200, body: { deviceId: "robot-1" } });
    const axes = (await read("axes")) as number[];
    expect(axes).toHaveLength(7);
    expect(axes.every(Number.isFinite)).toBe(true);
    expect(await read("stream")).toMatchObject({ dialect: "checked", rejectedCrc: 0 });
    expect(await read("wsn")).toBe("rs232");
    expect((await fetch(`${base()}/properties/samplingInterval`)).status).toBe(404);
  });

  test.each(["http", "coap", "mqtt"] as const)(
    "tells poses in their order, and stops and goes on, over %s",
    async (binding) => {
      const td = await client.wot.requestThingDescription(base());
      const only = (affordance: { forms?: { href: string }[] }): void => {
        affordance.forms = (affordance.forms ?? []).filter(({ href }) => href.startsWith(binding));
      };
      for (const kind of ["properties", "actions", "events"] as const) {
        for (const affordance of Object.values(td[kind] ?? {})) only(affordance as never);
      }
      const robot = await client.wot.consume(td);
      const poses: Pose[] = [];
      const subscription = await robot.subscribeEvent("pose", (output) => {
        void output.value().then((value) => poses.push(value as unknown as Pose));
      });
      await until(() => poses.length >= 10, "poses", LONG_MS);
      await robot.invokeAction("stop", { timeoutMs: 10_000 });
      expect(await (await robot.readProperty("stopped")).value()).toBe(true);
      // The pose under way at the stop may still come.
      const stoppedAt = poses.length + 2;
      await until(() => poses.length >= stoppedAt + 3, "poses of a robot that stands", LONG_MS);
      const [first, ...others] = poses.slice(stoppedAt);
      expect(others.every(({ axes }) => String(axes) === String(first?.axes))).toBe(true);
      await robot.invokeAction("release", { timeoutMs: 10_000 });
      const still = String(poses.at(-1)?.axes);
      await until(() => String(poses.at(-1)?.axes) !== still, "motion", LONG_MS);
      await subscription.stop();
      const numbers = poses.map(({ sequence }) => sequence);
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
      expect(new Set(numbers).size).toBe(numbers.length);
    },
  );

  test("says why there is no pose when the line is unplugged, and has poses after the replug", async () => {
    await plug(false);
    await until(async () => !(await isOnline()), "offline", LONG_MS);
    expect(await invoke("getData")).toMatchObject({ status: 503, body: { code: "LINE_DOWN" } });
    expect(await invoke("stop")).toMatchObject({ status: 503, body: { code: "LINE_DOWN" } });
    await plug(true);
    await until(isOnline, "online", LONG_MS);
    expect((await invoke("getData")).status).toBe(200);
  });

  test("finds a driver that hangs by its heartbeat, and goes on after its restart", async () => {
    const node = run.supervisor.children().find(({ name }) => name === "fog-robot");
    const driver = descendantsOf(node?.pid ?? -1).find(({ command }) => /drivers/.test(command));
    const pid = driver?.pid ?? -1;
    process.kill(pid, "SIGSTOP");
    await until(async () => !(await isOnline()), "heartbeat", LONG_MS);
    await until(() => !isAlive(pid), "the driver's end", LONG_MS);
    await until(isOnline, "restart", LONG_MS);
    expect((await invoke("getData")).status).toBe(200);
  });
});
