import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "@jest/globals";
import { createWorld, loadChannel, runVirtual } from "..";
import { trackOf } from "../analysis/run-track";
import type { RunLog } from "../run-log";
import { acceptance } from "./acceptance";
import { auditRun } from "./audit";
import { liveFigures, readLiveFigures } from "./live-figures";
import { REFERENCE, strictBand } from "./reference";
import { shippedFile } from "./test/shipped-file";
import { job } from "./trials";
import { listVariants, loadVariant } from "./variant";

const channel = loadChannel(shippedFile("channels/paper.yaml"));
const SETTINGS = { m: 3, timeoutMs: 500, run: "t" };

describe("strict bands", () => {
  it("of 50 seeds are those that the reference prints", () => {
    const p1 = REFERENCE.P1;
    const { low, high } = strictBand(p1?.metrics.rtt as never, "rtt", 50);
    expect([low.toFixed(1), high.toFixed(1)]).toEqual(["74.0", "76.4"]);
    const wifi = strictBand(p1?.utilisation.wifi as never, "utilisation", 50);
    expect([wifi.low.toFixed(3), wifi.high.toFixed(3)]).toEqual(["0.899", "0.923"]);
    const settled = strictBand(p1?.metrics.convRtt as never, "slot", 50);
    expect([settled.low.toFixed(0), settled.high.toFixed(0)]).toEqual(["115", "157"]);
  });

  it("hold for the four policies over twelve seeds, and not for a policy under another's name", () => {
    const runs = { P0: [], P1: [], P2: [], P3: [] } as Record<string, ReturnType<typeof trackOf>[]>;
    for (let seed = 101; seed <= 112; seed++) {
      const world = createWorld({ channel, seed, slots: 3000 });
      for (const policy of Object.keys(runs)) {
        runs[policy]?.push(trackOf(runVirtual({ ...SETTINGS, world, policy, seed })));
      }
    }
    expect(acceptance(runs).filter(({ passes }) => !passes)).toEqual([]);
    const swapped = acceptance({ ...runs, P1: runs.P2 ?? [] });
    expect(swapped.filter(({ passes }) => !passes).length).toBeGreaterThan(5);
  });
});

describe("an audit", () => {
  const world = createWorld({ channel, seed: 1, slots: 400 });
  const played = (policy: string): RunLog => runVirtual({ ...SETTINGS, world, policy, seed: 1 });
  const eq2 = [{ fromSlot: 1, eq2: { alpha: 0.7, q0: 0 } }];

  it("finds nothing in runs of the paper's policies", () => {
    for (const policy of ["P1", "P2", "P3"]) {
      expect(auditRun(played(policy), eq2)).toMatchObject({ maxQError: 0, doubled: 0 });
    }
    expect(auditRun(played("P0"), [], true)).toMatchObject({ audited: 0, unequal: 0 });
  });

  it("finds another learning rate, a device asked twice and an unfair round robin", () => {
    const log = played("P3");
    const other = [{ fromSlot: 1, eq2: { alpha: 0.69, q0: 0 } }];
    expect(auditRun(log, other).maxQError).toBeGreaterThan(0.1);
    const twice = { ...log, device: log.device.slice() };
    twice.device[1] = twice.device[0] as number;
    expect(auditRun(twice, eq2).doubled).toBe(1);
    expect(auditRun(log, eq2, true).unequal).toBeGreaterThan(0);
  });
});

describe("readings of the paper", () => {
  it("are files that say which ambiguity they answer", () => {
    const names = listVariants();
    expect(names).toEqual(expect.arrayContaining(["sequential", "epsilon-per-request", "sign"]));
    for (const name of names) {
      expect(loadVariant(name)).toMatchObject({ question: expect.any(String) });
    }
  });

  it("written a second time agree with the product, and a sequential update does not", () => {
    const plans = [undefined, "literal", "sequential"].map((variant) => ({
      policy: "P2",
      ...(variant !== undefined && { variant }),
      plateauAfter: 1000,
    }));
    const seeds = [1, 2, 3, 4, 5, 6];
    const results = job({ channel, seeds, m: 3, timeoutMs: 500, plans });
    const pdr = results.map(({ kpis }) => kpis.reduce((sum, one) => sum + one.pdr, 0) / 6);
    const [pinned = 0, literal = 0, sequential = 0] = pdr;
    expect(Math.abs(pinned - literal)).toBeLessThan(0.006);
    expect(pinned - sequential).toBeGreaterThan(0.006);
  });
});

describe("live figures", () => {
  it("come from measure.json, and say that they are live", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "fogwot-live-"));
    // biome-ignore format: data
    const rtt = { count: 9, mean: 50, min: 40, p25: 45, p50: 50, p75: 55, p90: 58, p95: 59, p99: 60, max: 61 };
    const rows = ["a", "b"].map((device) => ({ device, wsn: "wifi", requests: 9, rtt }));
    const layers = rows.map(({ device, wsn }) => ({
      device,
      wsn,
      withWot: rtt,
      withoutWot: rtt,
      addedP50Ms: 0.4,
    }));
    const facts = { site: "plant", startedAt: "2026-11-20T18:00:00Z", requests: 9, emulated: 2 };
    const figures = { ...facts, fig3a: rows, fig3c: { coap: rows, mqtt: [] }, fig5c: layers };
    const file = path.join(folder, "measure.json");
    writeFileSync(file, JSON.stringify({ site: "plant", figures }));
    const drawn = liveFigures(readLiveFigures(file));
    expect(drawn.map(({ name }) => name)).toEqual(["fig3c-coap-rtt", "fig5c-overhead"]);
    expect(drawn[0]?.svg).toContain("live: site plant, 2 emulated boards");
    expect(drawn[1]?.caption).toContain("at most 0.4 ms");
    writeFileSync(file, "{}");
    expect(() => readLiveFigures(file)).toThrow(/measure\.json/);
    rmSync(folder, { recursive: true, force: true });
  });
});
