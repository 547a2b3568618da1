import { createHash } from "node:crypto";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ConfigError } from "@fogwot/core";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { InterruptedError } from "../errors";
import { csvHead, csvRows } from "./csv-rows";
import { type Experiment, hashOf } from "./experiment";
import { loadExperiment } from "./load-experiment";
import { playSeed } from "./play-seed";
import { readRunLogs } from "./read-run-logs";
import { runExperiment } from "./run-experiment";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "fogwot-experiment-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SMALL = {
  name: "small",
  channel: "paper",
  seeds: 6,
  slots: 40,
  outputs: ["csv"],
  policies: ["P0", "P1", { policy: "P3", label: "P3 slow", parameters: { alpha: 0.1 } }],
};
const small = (changes: object = {}): Experiment => loadExperiment({ ...SMALL, ...changes });
const out = (name: string): string => path.join(folder, name);
const csv = (name: string): string => readFileSync(path.join(out(name), "outcomes.csv"), "utf8");

describe("runExperiment", () => {
  it("writes the same bytes with one thread and with two, and the hash that the file names", async () => {
    const [one, two] = await Promise.all([
      runExperiment({ experiment: small(), folder: out("one"), threads: 1 }),
      runExperiment({ experiment: small(), folder: out("two"), threads: 2 }),
    ]);
    expect(csv("two")).toBe(csv("one"));
    const sha256 = createHash("sha256").update(csv("one")).digest("hex");
    expect(one.state.outcomes).toEqual({ rows: 6 * 3 * 40 * 3, bytes: csv("one").length, sha256 });
    expect(two.state).toMatchObject({ isComplete: true, seedsDone: [1, 2, 3, 4, 5, 6] });
    expect(csv("one").split("\n")[0]).toBe(`# fogwot experiment small sha256=${hashOf(small())}`);
    expect(readdirSync(out("one")).sort()).toEqual(["experiment.json", "outcomes.csv"]);
  });

  it("goes on after an interruption with the seeds that are missing, to the same bytes", async () => {
    const options = { experiment: small(), folder: out("resumed"), threads: 1 };
    const stopping = new AbortController();
    const stopped = runExperiment({
      ...options,
      signal: stopping.signal,
      onProgress: ({ done }) => done === 2 && stopping.abort(),
    });
    await expect(stopped).rejects.toThrow(InterruptedError);
    const jobs = path.join(out("resumed"), "jobs");
    const before = statSync(path.join(jobs, "1.rows")).ino;
    const inodes: number[] = [];
    await runExperiment({
      ...options,
      onProgress: ({ done }) => {
        if (done < 6) inodes.push(statSync(path.join(jobs, "1.rows")).ino);
      },
    });
    expect(new Set(inodes)).toEqual(new Set([before]));
    expect(csv("resumed")).toBe(csv("one"));
  });

  it("does not run a finished experiment again", async () => {
    const before = statSync(path.join(out("one"), "outcomes.csv"));
    await runExperiment({ experiment: small(), folder: out("one") });
    expect(statSync(path.join(out("one"), "outcomes.csv"))).toMatchObject({
      ino: before.ino,
      mtimeMs: before.mtimeMs,
    });
  });

  it("refuses a folder with another configuration's results, and leaves them", async () => {
    const before = csv("one");
    const other = runExperiment({ experiment: small({ timeoutMs: 400 }), folder: out("one") });
    await expect(other).rejects.toThrow(/experiment.json: \/hash: got .*--out/);
    expect(csv("one")).toBe(before);
  });

  it("leaves title and outputs out of the hash, and nothing that decides outcomes", () => {
    const hash = hashOf(small());
    expect(hashOf(small({ title: "Other", outputs: [] }))).toBe(hash);
    const changes = [
      { m: 2 },
      { slots: 41 },
      { firstSeed: 2 },
      { scenario: "G" },
      { policies: ["P0", "P1", "P3"] },
      { channel: { devices: [{ id: "a", wsn: "x" }] }, m: 1 },
    ];
    const hashes = changes.map((change) => hashOf(small(change)));
    expect(new Set([hash, ...hashes]).size).toBe(changes.length + 1);
  });

  it("reads its CSV back into the logs that it came from", async () => {
    const logs = [];
    for await (const log of readRunLogs(path.join(out("one"), "outcomes.csv"))) logs.push(log);
    expect(logs).toHaveLength(18);
    const played = playSeed(small(), 2);
    for (const [index, log] of played.entries()) {
      const read = logs[3 + index];
      expect(read).toMatchObject({
        ...{ policy: log.policy, seed: 2, slots: 40, m: 3, timeoutMs: 500, intervalMs: 1_000 },
        ...{ count: log.count, devices: log.devices },
      });
      for (const key of ["slot", "device", "explore", "eps", "propensity", "ok"] as const) {
        expect(read?.[key].subarray(0, log.count)).toEqual(log[key].subarray(0, log.count));
      }
      for (const key of ["rttMs", "reward", "qAfter", "energyMj"] as const) {
        expect(read?.[key].subarray(0, log.count)).toEqual(log[key].subarray(0, log.count));
      }
    }
  });

  it("names the file and the line of a CSV that is none", async () => {
    const read = async (text: string): Promise<void> => {
      const file = out("broken.csv");
      writeFileSync(file, text);
      for await (const _ of readRunLogs(file)) break;
    };
    await expect(read("a,b\n1,2\n")).rejects.toThrow(/broken.csv: no column policy, seed/);
    const head = csvHead("x", "0");
    await expect(read(`${head}x,P1,1,none\n`)).rejects.toThrow(/line 3: slot is none/);
    await expect(read(`${head}x,P1,one,1\n`)).rejects.toThrow(/line 3: seed is one/);
  });

  it("quotes names that CSV would break, and reads them back", async () => {
    const id = 'the "old", slow one';
    const experiment = small({ channel: { devices: [{ id, wsn: "a,b" }] }, m: 1, seeds: 1 });
    const [log] = playSeed(experiment, 1);
    const file = out("quoted.csv");
    writeFileSync(file, csvHead("small", "0") + [...csvRows(log as never)].join(""));
    for await (const read of readRunLogs(file)) {
      expect(read.devices).toMatchObject([{ id, wsn: "a,b" }]);
      expect(read.count).toBe(40);
    }
  });

  it("keeps the rows before a policy's failure, and the other policies', and tells of it", async () => {
    const file = out("failing.js");
    writeFileSync(
      file,
      `exports.policy = {
        name: "FAILING", title: "", description: "", parameters: { type: "object" },
        create: () => ({
          count: 0,
          join() { return this.count++; }, leave() {}, observe() {}, snapshot() {}, restore() {},
          select(slot, m, out) {
            if (slot === 20) throw new Error("no idea");
            for (let k = 0; k < m; k++) out[k] = k;
            return m;
          },
        }),
      };`,
    );
    const policies = ["P0", "./failing.js"];
    const experiment = loadExperiment({ ...SMALL, seeds: 1, policies }, {}, folder);
    const { state } = await runExperiment({ experiment, folder: out("failed"), threads: 1 });
    expect(state.runs).toMatchObject([
      { policy: "P0", slots: 40, events: [] },
      { policy: "FAILING", slots: 19, requests: 57, events: [{ slot: 20, kind: "policy-fault" }] },
    ]);
    expect(state.configuration.policies[1]?.segments[0]?.source).toMatch(/^[0-9a-f]{64}$/);
    const before = hashOf(experiment);
    writeFileSync(file, `${readFileSync(file, "utf8")}// another version\n`);
    expect(hashOf(loadExperiment({ ...SMALL, seeds: 1, policies }, {}, folder))).not.toBe(before);
  });

  it("writes Parquet with the same rows beside the CSV", async () => {
    const experiment = small({ outputs: ["parquet"], seeds: 2 });
    await runExperiment({ experiment, folder: out("parquet") });
    const file = path.join(out("parquet"), "outcomes.parquet");
    expect(existsSync(file)).toBe(true);
    expect(readFileSync(file).subarray(0, 4).toString()).toBe("PAR1");
  });
});

describe("loadExperiment", () => {
  it.each([
    [{ m: 8 }, /\/m: got 8, wanted at most the 7 devices/],
    [{ policies: ["P9"] }, /\/policies\/0: got "P9", wanted .*P0, .*path of a module/],
    [
      { policies: ["P0", { policy: "P1", parameters: { alfa: 1 } }] },
      /\/policies\/1\/parameters\/alfa: got 1/,
    ],
    [
      { policies: [{ policy: "P1", parameters: { alpha: 2 } }] },
      /\/policies\/0\/parameters\/alpha: got 2/,
    ],
    [{ policies: ["P1", "P1"] }, /\/policies\/1\/label: got "P1"/],
    [{ policies: [] }, /\/policies/],
    [{ timeoutMs: 2_000 }, /\/timeoutMs: got 2000, wanted at most intervalMs, 1000/],
    [{ scenario: "Z" }, /\/scenario: got "Z", wanted A, B/],
    [{ channel: "./nowhere.yaml" }, /nowhere.yaml: .*ENOENT/],
    [{ channel: undefined }, /\/channel: got "neither", wanted a channel or a site/],
    [{ seeds: 0 }, /\/seeds: got 0/],
    [{ sots: 3 }, /\/sots: got 3/],
    [
      { policies: [{ label: "S", segments: [{ fromSlot: 2, policy: "P1" }] }] },
      /\/policies\/0\/segments\/0\/fromSlot: got 2, wanted 1/,
    ],
    [
      {
        policies: [
          {
            label: "S",
            segments: [
              { fromSlot: 1, policy: "P1" },
              { fromSlot: 41, policy: "P2" },
            ],
          },
        ],
      },
      /\/policies\/0\/segments\/1\/fromSlot: got 41, wanted 2…40/,
    ],
  ])("refuses %j with path, got and wanted", (changes, message) => {
    expect(() => small(changes)).toThrow(ConfigError);
    expect(() => small(changes)).toThrow(message);
  });

  it("takes a site's emulated links for a channel: 10 ms less than the paper's end to end", () => {
    const paper = loadExperiment("paper").channel.devices;
    const site = loadExperiment({ ...SMALL, channel: undefined, site: "factory" }).channel.devices;
    for (const { id, baseMs, medianMs, sigma, ge, filter } of site) {
      const twin = paper.find((device) => device.id === id);
      expect([id, twin]).toMatchObject([id, { medianMs, sigma, ge, filter }]);
      expect(baseMs).toBe((twin?.baseMs ?? 0) - 10);
    }
    expect(site.length).toBeGreaterThanOrEqual(3);
  });
});
