import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { csvHead, csvRows } from "./csv-rows";
import { loadExperiment } from "./load-experiment";
import { playSeed } from "./play-seed";
import { runExperiment } from "./run-experiment";

/**
 * Audits outcomes.csv as text, by nothing but the paper's eq. (2): shares no code with what wrote it.
 * Q ← Q + 0.7 (R − Q) from 0; R: P1 −RTT and nothing on a loss, P2 1 or 0, P3 −RTT or −time-out.
 */
function audit(text: string, timeoutMs: number, switches: readonly [slot: number, rule: string][]) {
  const faults: string[] = [];
  const shares = new Map<string, Map<string, number>>();
  let [q, run, rule, slot, audited] = [new Map<string, number>(), "", "", "", 0];
  let asked = new Set<string>();
  for (const line of text.split("\n").slice(2, -1)) {
    const f = line.split(",");
    const [policy, device, ok, rtt, after] = [f[1], f[5], f[11], f[12], f[15]] as string[];
    if (`${policy} ${f[2]}` !== run) {
      run = `${policy} ${f[2]}`;
      q = new Map();
    }
    const found = switches.findLast(([from]) => Number(f[3]) >= from)?.[1] ?? "";
    const now = policy === "SWITCH" ? found : (policy as string);
    if (now !== rule) q = new Map();
    rule = now;
    if (f[3] !== slot) asked = new Set();
    slot = f[3] as string;
    if (asked.has(device as string)) faults.push(`${line}: twice in a slot`);
    asked.add(device as string);
    if ((ok === "true") !== (rtt !== "")) faults.push(`${line}: a loss has no round trip`);
    if (Number(rtt) > timeoutMs) faults.push(`${line}: later than the time-out`);
    const of = shares.get(policy as string) ?? new Map<string, number>();
    shares.set(policy as string, of);
    if (Number(slot) > 500) of.set(device as string, (of.get(device as string) ?? 0) + 1);
    if (rule === "P0") {
      if (after !== "") faults.push(`${line}: round robin has no Q`);
      continue;
    }
    const old = q.get(device as string) ?? 0;
    const loss = { P1: old, P2: 0, P3: -timeoutMs }[rule] as number;
    const reward = ok === "true" ? (rule === "P2" ? 1 : -Number(rtt)) : loss;
    const expected = old + 0.7 * (reward - old);
    q.set(device as string, expected);
    if (!(Math.abs(Number(after) - expected) <= 1e-6) || after === "") {
      faults.push(`${line}: Q is ${after}, eq. (2) gives ${expected}`);
    }
    audited++;
  }
  const trios = [...shares].map(([policy, counts]) => {
    const most = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 3);
    return [
      policy,
      most
        .map(([device]) => device)
        .sort()
        .join(" "),
    ] as const;
  });
  return { faults, audited, trios: Object.fromEntries(trios) };
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "fogwot-audit-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const POLICIES = [
  "P0",
  "P1",
  "P2",
  "P3",
  {
    label: "SWITCH",
    slots: 1_500,
    segments: [
      { fromSlot: 1, policy: "P1" },
      { fromSlot: 501, policy: "P2" },
      { fromSlot: 1_001, policy: "P3" },
    ],
  },
];
const SWITCHES: [number, string][] = [
  [1, "P1"],
  [501, "P2"],
  [1_001, "P3"],
];

const SETTINGS = { seeds: 4, slots: 1_500, outputs: [], policies: POLICIES };

/** outcomes.csv as the threads write it. */
async function exported(settings: object): Promise<string> {
  const experiment = loadExperiment({ ...SETTINGS, name: "exported", ...settings }, {}, folder);
  const out = path.join(folder, "exported");
  await runExperiment({ experiment, folder: out });
  return readFileSync(path.join(out, "outcomes.csv"), "utf8");
}

/** The same text, played in this thread. */
function text(settings: object): string {
  const experiment = loadExperiment({ ...SETTINGS, name: "played", ...settings }, {}, folder);
  const seeds = Array.from({ length: experiment.seeds }, (_, index) => index + 1);
  const logs = seeds.flatMap((seed) => playSeed(experiment, seed));
  return csvHead("played", "0") + logs.flatMap((log) => [...csvRows(log)]).join("");
}

describe("an exported experiment, audited as text", () => {
  it("has every Q of the paper's world as eq. (2) gives it from the rows alone", async () => {
    const rows = await exported({ channel: "paper" });
    const { faults, audited, trios } = audit(rows, 500, SWITCHES);
    expect(faults.slice(0, 3)).toEqual([]);
    expect(audited).toBe(4 * 4 * 1_500 * 3);
    expect(trios).toMatchObject({
      P1: "wifi-1 wifi-2 wifi-3",
      P2: "zig-1 zig-2 zig-3",
      P3: "zig-1 zig-2 zig-3",
    });
  });

  it("follows whichever devices are best in a world with other names and another order", () => {
    const good = {
      ge: { pGB: 0.01, pBG: 0.5, lossG: 0.005, lossB: 0.8 },
      medianMs: 15,
      sigma: 0.4,
    };
    const bad = { ...good, filter: 0.6 };
    writeFileSync(
      path.join(folder, "orchard.yaml"),
      JSON.stringify({
        devices: [
          { id: "pear", wsn: "lora", ...bad, baseMs: 20 },
          { id: "apple", wsn: "lora", ...bad, baseMs: 22 },
          { id: "plum", wsn: "wire", ...good, baseMs: 60 },
          { id: "fig", wsn: "wire", ...good, baseMs: 64 },
          { id: "quince", wsn: "wire", ...good, baseMs: 68 },
          { id: "medlar", wsn: "lora", ...bad, baseMs: 24 },
          { id: "sloe", wsn: "mesh", ...good, filter: 0.25, baseMs: 110 },
          { id: "lime", wsn: "mesh", ...good, filter: 0.25, baseMs: 120 },
        ],
      }),
    );
    const settings = { channel: "orchard.yaml", timeoutMs: 300, intervalMs: 400 };
    const { faults, trios } = audit(text(settings), 300, SWITCHES);
    expect(faults.slice(0, 3)).toEqual([]);
    expect(trios).toMatchObject({
      P1: "apple medlar pear",
      P2: "fig plum quince",
      P3: "fig plum quince",
    });
  });

  it("would see a Q that is wrong by two millionths, and a device asked twice", () => {
    const lines = text({ channel: "paper", seeds: 1, slots: 50, policies: ["P3"] }).split("\n");
    const at = lines.findIndex((line) => /,P3,1,30,0,/.test(line));
    const fields = (lines[at] as string).split(",");
    fields[15] = String(Number(fields[15]) + 2e-6);
    lines[at] = fields.join(",");
    expect(audit(lines.join("\n"), 500, SWITCHES).faults[0]).toContain("eq. (2) gives");
    lines[at] = (lines[at + 1] as string).replace(",30,1,", ",30,0,");
    expect(audit(lines.join("\n"), 500, SWITCHES).faults.join()).toContain("twice in a slot");
  });
});
