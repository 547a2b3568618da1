import * as fs from "node:fs";
import path from "node:path";
import { loadSite } from "@fogwot/core";
import { type TemporaryFolder, temporaryFolder, until } from "@fogwot/fog/testing";
import { artifactFiles, publishedBefore } from "@fogwot/wasm";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { loadEmulation } from "../../src/emulation/emulation-file";
import { buildSiteProcessors } from "../../src/processors/build-site";
import { planSite } from "../../src/site-run/site-plan";
import { SiteRun } from "../../src/site-run/site-run";
import { TESTBED } from "../support/fogwot";

jest.setTimeout(60_000);

const SITE = path.join(TESTBED, "sites", "irrigation", "site.yaml");
const LONG_MS = 30_000;

interface Report {
  readonly running: { readonly wasmSha256: string };
  readonly figures: { readonly framesIn: number; readonly swaps: number };
}

/** The site on free ports, its board asked ten times a second and without delay. */
function quickSite(folder: string): string {
  const site = loadSite(SITE);
  const nodes = site.nodes.map((node) => ({
    ...node,
    networks: node.networks.map((network) => ({ ...network, settings: { keepAliveMs: 100 } })),
  }));
  const emulation = loadEmulation(path.join(path.dirname(SITE), "emulation.yaml"), site);
  const boards = emulation.boards.map((board) => ({ ...board, link: {} }));
  const file = path.join(folder, "site.yaml");
  // JSON is YAML.
  fs.writeFileSync(file, JSON.stringify({ ...site, nodes }));
  fs.writeFileSync(path.join(folder, "emulation.yaml"), JSON.stringify({ ...emulation, boards }));
  return file;
}

describe("the irrigation site", () => {
  let folder: TemporaryFolder;
  let run: SiteRun;

  const tdOf = (name: string): string => {
    const things = run.info.nodes[0]?.things ?? [];
    return things.find(({ tdUrl }) => tdUrl.endsWith(`/${name}`))?.tdUrl ?? "";
  };
  const read = async <T>(thing: string, property: string): Promise<T> =>
    (await fetch(`${tdOf(thing)}/properties/${property}`)).json() as Promise<T>;
  const pump = (): Promise<number> => read("soil-1", "pump");
  const moisture = (): Promise<number> => read("soil-1", "soilMoisture");
  const calibrate = async (calibration: Readonly<Record<string, number>>): Promise<number> => {
    const response = await fetch(`${tdOf("fog-field")}/properties/processorSettings`, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ irrigation: { calibration } }),
    });
    return response.status;
  };
  const processor = async (): Promise<Report> =>
    ((await read<Report[]>("fog-field", "processors"))[0] ?? {}) as Report;

  beforeAll(async () => {
    folder = temporaryFolder();
    run = new SiteRun({
      plan: planSite({ siteFile: quickSite(folder.path), portBase: 0 }),
      stateDirectory: path.join(folder.path, "state"),
      startsSensing: false,
    });
    await run.start();
    await until(
      async () => ((await processor()).figures?.framesIn ?? 0) > 0,
      "a sample, and what decides by it",
      LONG_MS,
    );
  });
  afterAll(async () => {
    await run.stop();
    await folder[Symbol.asyncDispose]();
  });

  test("builds its processor once, signed with a key of its own that nobody else can read", async () => {
    const state = path.join(folder.path, "state", "publisher");
    const mode = fs.statSync(path.join(state, "irrigation.key.json")).mode & 0o777;
    expect(mode).toBe(0o600);
    const again = await buildSiteProcessors(run.plan.site, state);
    const { artifact = "" } = again.nodes[0]?.processors[0] ?? {};
    expect(publishedBefore(artifactFiles(artifact))).toMatchObject({
      name: "irrigation",
      counter: 1,
    });
    expect((await processor()).running.wasmSha256).toBe(
      publishedBefore(artifactFiles(artifact))?.wasmSha256,
    );
  });

  test("waters soil that is too dry until it is wet, without any server's help", async () => {
    expect(await pump()).toBe(0);
    const before = await moisture();
    expect(await calibrate({ startBelow: before + 1, stopAbove: before + 1.5 })).toBe(204);
    await until(async () => (await pump()) > 0, "the pump runs", LONG_MS);
    await until(async () => (await pump()) === 0, "the pump has stopped", LONG_MS);
    expect(await moisture()).toBeGreaterThan(before + 1);
  });

  test("decides by a calibration as soon as it is acknowledged, with the version that ran before", async () => {
    const before = await processor();
    expect(await calibrate({ startBelow: 90, stopAbove: 95 })).toBe(204);
    expect(await read("fog-field", "processorSettings")).toMatchObject({
      irrigation: { calibration: { dryRaw: 0, wetRaw: 100, startBelow: 90, stopAbove: 95 } },
    });
    await until(async () => (await pump()) > 0, "the pump runs", LONG_MS);
    // What dry and wet are in this bed: the same percents are wet now.
    expect(await calibrate({ dryRaw: 0, wetRaw: 20 })).toBe(204);
    await until(async () => (await pump()) === 0, "the pump has stopped", LONG_MS);
    const after = await processor();
    expect(after.running).toEqual(before.running);
    expect(after.figures.swaps).toBe(0);
  });

  test("refuses a calibration that cannot be, and goes on with the one before", async () => {
    const before = await read("fog-field", "processorSettings");
    expect(await calibrate({ startBelow: 101 })).toBe(400);
    expect(await calibrate({ wetness: 1 })).toBe(400);
    // Each may be, both may not: the processor itself says so.
    expect(await calibrate({ startBelow: 90, stopAbove: 10 })).toBe(400);
    expect(await read("fog-field", "processorSettings")).toEqual(before);
  });
});
