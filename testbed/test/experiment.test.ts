import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { lastJson, Workbench } from "./support/fogwot";

jest.setTimeout(60_000);

let bench: Workbench;
beforeAll(() => {
  bench = new Workbench();
  write("plain.yaml", { ...PLAIN, name: "plain" });
});
afterAll(() => bench.close());

const PLAIN = { channel: "paper", seeds: 12, slots: 2_000, policies: ["P1", "P3"], outputs: [] };

function write(name: string, value: object): void {
  fs.writeFileSync(path.join(bench.folder, name), JSON.stringify(value));
}

interface Result {
  readonly outcomes: { readonly rows: number; readonly sha256: string };
  readonly policies: readonly { readonly policy: string; readonly pdr: number }[];
}

describe("fogwot experiment", () => {
  it("goes on after kill -9 with what is missing, to the bytes of a run that was left alone", async () => {
    const jobs = path.join(bench.folder, "killed", "jobs");
    const isDone = (): boolean =>
      fs.existsSync(jobs) && fs.readdirSync(jobs).some((file) => file.endsWith(".json"));
    const run = ["experiment", "run", "plain.yaml", "--out"];
    const started = bench.start(...run, "killed", "--jobs", "1");
    while (!isDone()) await new Promise((resolve) => setTimeout(resolve, 5));
    started.child.kill("SIGKILL");
    await started.finished;
    expect(fs.existsSync(path.join(bench.folder, "killed", "outcomes.csv"))).toBe(false);
    const resumed = await bench.json<Result>(...run, "killed");
    const whole = await bench.json<Result>(...run, "whole");
    expect(resumed.outcomes).toEqual(whole.outcomes);
    const csv = fs.readFileSync(path.join(bench.folder, "killed", "outcomes.csv"));
    expect(createHash("sha256").update(csv).digest("hex")).toBe(whole.outcomes.sha256);
    expect(whole.outcomes.rows).toBe(12 * 2 * 2_000 * 3);
  });

  it("takes another channel and another number of seeds from the command line", async () => {
    write("other.yaml", {
      devices: ["a", "b", "c"].map((id) => ({ id, wsn: "x", baseMs: 10 })),
    });
    const options = ["--channel", "other.yaml", "--seeds", "1", "--out", "other"];
    const { policies } = await bench.json<Result>("experiment", "run", "plain.yaml", ...options);
    expect(policies).toMatchObject([
      { policy: "P1", pdr: 1, seeds: 1, requests: 6_000 },
      { policy: "P3", pdr: 1, seeds: 1, requests: 6_000 },
    ]);
  });

  it("answers what does not fit with path, got and wanted, and exit code 2", async () => {
    write("wrong.yaml", { ...PLAIN, name: "wrong", m: 9, policies: ["P9"] });
    const finished = await bench.run("experiment", "run", "wrong.yaml", "--json");
    expect(finished.code).toBe(2);
    expect(finished.stderr).toContain('wrong.yaml: /policies/0: got "P9", wanted ');
    expect(finished.stderr).toContain("wrong.yaml: /m: got 9, wanted at most the 7 devices");
    expect(lastJson(finished)).toMatchObject({ error: { code: "CONFIG" } });
    fs.writeFileSync(path.join(bench.folder, "broken.yaml"), "name: [broken\n");
    const broken = await bench.run("experiment", "run", "broken.yaml");
    expect(broken.code).toBe(2);
    expect(broken.stderr).toMatch(/broken.yaml: line \d+, column \d+: .*wanted well-formed YAML/);
  });

  it("ends with exit code 1 and the slot when a policy fails, and keeps everything else", async () => {
    write("failing.yaml", {
      ...{ ...PLAIN, name: "failing", seeds: 2 },
      policies: ["P1", "./failing.js"],
    });
    fs.writeFileSync(
      path.join(bench.folder, "failing.js"),
      `exports.policy = { name: "FAILING", title: "", description: "", parameters: { type: "object" },
        create: () => ({ n: 0, join() { return this.n++; }, leave() {}, observe() {}, snapshot() {}, restore() {},
          select(slot, m, out) { for (let k = 0; k < m; k++) out[k] = slot < 5 ? k : NaN; return m; } }) };`,
    );
    const finished = await bench.run("experiment", "run", "failing.yaml", "--json");
    expect(finished.code).toBe(1);
    expect(finished.stderr).toContain("FAILING, seed 2: ended in slot 5: ");
    expect(lastJson(finished)).toMatchObject({
      outcomes: { rows: 2 * (2_000 + 4) * 3 },
      faults: [
        { policy: "FAILING", seed: 1, slot: 5 },
        { policy: "FAILING", seed: 2, slot: 5 },
      ],
    });
  });
});
