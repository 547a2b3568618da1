import * as fs from "node:fs";
import path from "node:path";
import { loadSite, type RunningServient } from "@fogwot/core";
import { type TemporaryFolder, temporaryFolder, UdpBoard, until } from "@fogwot/fog/testing";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import type { Output } from "../../src/cli/output";
import { loadEmulation } from "../../src/emulation/emulation-file";
import { watchSite } from "../../src/processors/watch-site";
import { EMULATION } from "../../src/site-run/children";
import { planSite } from "../../src/site-run/site-plan";
import { SiteRun } from "../../src/site-run/site-run";
import { siteDirectory } from "../../src/site-run/state-directory";
import { openClient } from "../../src/things/client";
import { TESTBED } from "../support/fogwot";

jest.setTimeout(60_000);

const SITE = path.join(TESTBED, "sites", "robot-cell", "site.yaml");
const LONG_MS = 30_000;
/** Twice as fast as on the real line; a robot this slow needs less than 3 m. */
const ROBOT = { paced: false, poseIntervalMs: 32, speed: 0.05 };
/** A busy machine may hold the camera's readings up for a second. */
const COLLISION = { offsetMm: 1_097.2, reactionMs: 2_472, staleMs: 2_500, repeatPoses: 0 };
const AWAY = 25_000;
const FLAGS = { stop: 1, speedUnknown: 2, obstacleStale: 4 };

interface Decision {
  readonly port: string;
  readonly record: {
    readonly number: number;
    readonly distanceMm: number;
    readonly requiredMm: number;
    readonly flags: number;
  };
  readonly ageMs: number;
}

function quickSite(folder: string, tracker: string): string {
  const site = loadSite(SITE);
  const nodes = site.nodes.map((node) => ({
    ...node,
    networks: node.networks.map((network) =>
      network.name === "cameras"
        ? {
            ...network,
            settings: { keepAliveMs: 50 },
            devices: network.devices.map((device) => ({ ...device, address: tracker })),
          }
        : network,
    ),
    processors: node.processors.map((one) =>
      one.name === "collision" ? { ...one, config: COLLISION } : one,
    ),
  }));
  const emulation = loadEmulation(path.join(path.dirname(SITE), "emulation.yaml"), site);
  const lines = emulation.lines.map((line) => ({
    ...line,
    settings: { ...line.settings, ...ROBOT },
  }));
  const file = path.join(folder, "site.yaml");
  // JSON is YAML.
  fs.writeFileSync(file, JSON.stringify({ ...site, nodes }));
  fs.writeFileSync(
    path.join(folder, "emulation.yaml"),
    JSON.stringify({ ...emulation, lines, boards: [] }),
  );
  return file;
}

describe("the robot's cell", () => {
  let folder: TemporaryFolder;
  let camera: UdpBoard;
  let siteFile: string;
  let run: SiteRun;
  let client: RunningServient;
  const decisions: Decision[] = [];

  const tdOf = (name: string): string => {
    const things = run.info.nodes[0]?.things ?? [];
    return things.find(({ tdUrl }) => tdUrl.endsWith(`/${name}`))?.tdUrl ?? "";
  };
  const robot = async (property: string): Promise<unknown> =>
    (await fetch(`${tdOf("robot-1")}/properties/${property}`)).json();
  const release = async (): Promise<void> => {
    const response = await fetch(`${tdOf("robot-1")}/actions/release`, { method: "POST" });
    expect(response.status).toBe(200);
  };
  /** Somebody stands there, across from the rail. */
  const stand = (y: number): void => {
    const values = [2_500, y, 0, 0].map((value, i) => ({ quantity: 16 + i, milli: value * 1_000 }));
    camera.values = values;
  };
  const latest = (): Decision["record"] | undefined => decisions.at(-1)?.record;
  const isStopped = async (): Promise<boolean> => (await robot("stopped")) === true;
  const moves = async (): Promise<boolean> => {
    const before = String(await robot("axes"));
    const { number = 0 } = latest() ?? {};
    await until(() => (latest()?.number ?? 0) > number + 3, "poses", LONG_MS);
    return String(await robot("axes")) !== before;
  };
  const plug = (isIn: boolean): Promise<unknown> =>
    run.supervisor.request(EMULATION, { op: "line.plug", network: "rs232", isIn }, 5_000);
  /** Far away again, and the robot on its way. */
  const clear = async (): Promise<void> => {
    camera.isSilent = false;
    stand(AWAY);
    await until(() => latest()?.flags === 0, "nobody near", LONG_MS);
    await release();
    await until(moves, "motion", LONG_MS);
  };

  beforeAll(async () => {
    folder = temporaryFolder();
    camera = await new UdpBoard().start();
    stand(AWAY);
    siteFile = quickSite(folder.path, camera.address);
    run = new SiteRun({
      plan: planSite({ siteFile, portBase: 0 }),
      stateDirectory: siteDirectory(siteFile, "robot-cell", path.join(folder.path, "state")),
      startsSensing: false,
    });
    await run.start();
    client = await openClient(5_000);
    const td = await client.wot.requestThingDescription(tdOf("fog-cell"));
    const node = await client.wot.consume(td);
    await node.subscribeEvent("processorOutput", async (data) => {
      decisions.push((await data.value()) as unknown as Decision);
    });
    await until(() => latest()?.flags === 0, "decisions", LONG_MS);
    // What came before the camera's first reading may have been one.
    await release();
  });
  afterAll(async () => {
    await client?.stop();
    await run.stop();
    camera.stop();
    await folder[Symbol.asyncDispose]();
  });

  test("lets the robot work while nobody is near, and says how far that is", async () => {
    const from = decisions.length;
    await until(() => decisions.length > from + 30, "decisions", LONG_MS);
    expect(decisions.slice(from).every(({ record }) => record.flags === 0)).toBe(true);
    expect(latest()?.distanceMm).toBeGreaterThan(AWAY - 5_000);
    expect(latest()?.requiredMm).toBeLessThan(3_000);
    expect(decisions.every(({ ageMs }) => ageMs >= 0)).toBe(true);
    expect(await isStopped()).toBe(false);
    expect(await moves()).toBe(true);
  });

  test("shows on request what its processors say, and how old the data was", async () => {
    const state = process.env.FOGWOT_STATE;
    process.env.FOGWOT_STATE = path.join(folder.path, "state");
    const lines: string[] = [];
    try {
      const output = { line: (line: string) => lines.push(line) } as unknown as Output;
      const { signal } = new AbortController();
      await watchSite({ siteFile, port: "decisions", count: 2 }, output, signal);
    } finally {
      if (state === undefined) delete process.env.FOGWOT_STATE;
      else process.env.FOGWOT_STATE = state;
    }
    expect(lines).toHaveLength(2);
    const line =
      /^[\d:.]{12} fog-cell collision decisions: number=\d+ distanceMm=\d+ .*flags=0 .*\(\d+ ms\)$/;
    for (const said of lines) expect(said).toMatch(line);
  });

  test("stops the robot when somebody comes near, until it is released with nobody near", async () => {
    stand(1_500);
    await until(isStopped, "the robot's acknowledgement", LONG_MS);
    expect(decisions.findLast(({ port }) => port === "stop")?.record.flags).toBe(FLAGS.stop);
    expect(await moves()).toBe(false);
    // Whoever has left is no reason to go on.
    stand(AWAY);
    await until(() => latest()?.flags === 0, "nobody near", LONG_MS);
    expect(await moves()).toBe(false);
    await release();
    await until(moves, "motion", LONG_MS);
  });

  test("stops the robot when the camera has gone silent", async () => {
    await clear();
    camera.isSilent = true;
    await until(isStopped, "the robot's acknowledgement", LONG_MS);
    const { flags = 0 } = decisions.findLast(({ port }) => port === "stop")?.record ?? {};
    expect(flags & FLAGS.obstacleStale).toBe(FLAGS.obstacleStale);
  });

  test("takes the robot for as fast as it can be where poses were lost", async () => {
    await clear();
    // Far enough for a robot that is known to be slow.
    stand(5_500);
    await until(() => (latest()?.distanceMm ?? AWAY) < 6_000, "somebody in the cell", LONG_MS);
    expect(latest()?.flags).toBe(0);
    const from = decisions.length;
    const { number = 0 } = latest() ?? {};
    await plug(false);
    await new Promise((resolve) => setTimeout(resolve, 500));
    await plug(true);
    await until(isStopped, "the robot's acknowledgement", LONG_MS);
    const stop = decisions.slice(from).find(({ port }) => port === "stop")?.record;
    expect(stop).toMatchObject({ flags: FLAGS.stop | FLAGS.speedUnknown });
    expect((stop?.number ?? 0) - number).toBeGreaterThan(8);
    expect(stop?.requiredMm).toBeCloseTo(1_097.2 + 2_472 * 2, 6);
  });
});
