import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { compare, comparisonRows, writeComparison } from "../compare/compare";
import { loadExperiment } from "../load-experiment";
import { evaluate } from "../replay/evaluate";
import { replay } from "../replay/replay";
import { readLogs } from "../replay/source";
import { writeReport } from "../report/write-report";
import { runExperiment } from "../run-experiment";
import { publish } from "./publish";
import { verify } from "./verify";

const { signal } = new AbortController();

// A policy of one's own beside the experiment: the bundle must carry it.
const OWN_POLICY = `
exports.policy = {
  name: "FIRST", title: "First", description: "Always the first devices.",
  parameters: { type: "object", additionalProperties: false, properties: {} },
  create: () => {
    const handles = [];
    return {
      join: () => handles.push(handles.length) - 1,
      leave: () => {},
      select: (slot, m, out) => { for (let k = 0; k < m; k++) out[k] = k; return m; },
      observe: () => {}, snapshot: () => null, restore: () => {},
    };
  },
};
`;

describe("results of an experiment", () => {
  let work: string;
  let folder: string;

  beforeAll(async () => {
    work = mkdtempSync(path.join(tmpdir(), "fogwot-publish-"));
    folder = path.join(work, "run");
    writeFileSync(path.join(work, "first.js"), OWN_POLICY);
    const experiment = loadExperiment(
      {
        name: "small",
        channel: "paper",
        seeds: 3,
        slots: 150,
        policies: ["P1", "P2", { policy: "./first.js", label: "FIRST" }],
        outputs: ["csv"],
      },
      {},
      work,
    );
    await runExperiment({ experiment, folder, signal, threads: 1 });
  }, 60_000);

  afterAll(() => rmSync(work, { recursive: true, force: true }));

  it("are compared in pairs of seeds, on a terminal and as a page", async () => {
    const compared = await compare({ a: folder, b: folder, policyA: "P1", policyB: "P2" });
    expect(compared.seeds).toBe(3);
    const rtt = compared.comparisons.find(({ merit }) => merit.name === "rtt");
    expect(rtt?.difference.high).toBeLessThan(0);
    // Three pairs that all agree: the smallest p there can be is 2/2³.
    expect(rtt?.test.p).toBe(0.25);
    expect(comparisonRows(compared)[0]?.at(-1)).toBe("A better");
    const page = readFileSync(writeComparison(path.join(work, "cmp"), compared), "utf8");
    expect(page).toContain("Paired comparison");
  });

  it("need a name where there are several policies", async () => {
    await expect(compare({ a: folder, b: folder, policyA: "P9" })).rejects.toThrow(/P1, P2, FIRST/);
  });

  it("are replayed and valued for other policies", async () => {
    const logs = await readLogs({ from: folder, policy: "P1" });
    const rows = replay({ logs, policies: [{ policy: "P2" }], seeds: 2 });
    expect(rows.map(({ policy }) => policy)).toEqual(["recorded", "P2"]);
    expect(rows[1]?.merits.pdr?.value).toBeGreaterThan(rows[0]?.merits.pdr?.value as number);
    expect(evaluate({ logs, random: true }).pdr.dr.value).toBeGreaterThan(0.4);
    expect(() => evaluate({ logs })).toThrow(/one of --policy, --devices and --random/);
    await expect(readLogs({ from: folder })).rejects.toThrow(/--log POLICY/);
  });

  it("become one page that asks for nothing else, and figures", async () => {
    const { file, figures, checks } = await writeReport({ folder, signal });
    const html = readFileSync(file, "utf8");
    expect(html).not.toMatch(/(?:src|href)="?https?:|@import|url\(/);
    expect(html).toContain("Cumulative regret");
    expect(figures).toContain("regret-cost.png");
    const png = readFileSync(path.join(folder, "figures", "rtt.png"));
    expect(png.subarray(1, 4).toString()).toBe("PNG");
    expect(checks).toEqual([]);
  });

  it("are bundled with their policies, and another verifies them byte for byte", async () => {
    const bundle = path.join(work, "bundle");
    await publish(folder, bundle);
    await expect(publish(folder, bundle)).rejects.toThrow(/a new name/);
    const verified = await verify({ folder: bundle, signal });
    expect(verified).toMatchObject({ faults: [], seeds: 3 });
    expect(verified.files).toBeGreaterThan(5);
  });

  it("that somebody touched are found out, with the seed", async () => {
    const bundle = path.join(work, "touched");
    await publish(folder, bundle);
    const csv = path.join(bundle, "outcomes.csv");
    const text = readFileSync(csv, "utf8");
    const at = text.lastIndexOf(",true,");
    writeFileSync(csv, `${text.slice(0, at)},fals,${text.slice(at + 6)}`);
    const { faults } = await verify({ folder: bundle, signal });
    expect(faults).toEqual([
      "outcomes.csv differs from SHA256SUMS",
      expect.stringMatching(/^outcomes\.csv: seed 3 differs/),
    ]);
    writeFileSync(csv, text);
    appendFileSync(csv, "one more line\n");
    expect((await verify({ folder: bundle, signal })).faults).toContain(
      "outcomes.csv: 14 bytes after the last seed",
    );
  });

  it("that are not complete are refused by name", async () => {
    await expect(verify({ folder: work, signal })).rejects.toThrow(/experiment run FILE/);
  });
});
