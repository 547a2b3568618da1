import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { loadYaml } from "@fogwot/core/base";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { UsageError } from "../errors";
import type { ChannelInput } from "./channel";
import { loadChannel } from "./load-channel";
import { loadExperiment } from "./load-experiment";
import { newExperiment } from "./new-experiment";
import { playSeed } from "./play-seed";
import { listShipped } from "./shipped";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "fogwot-new-experiment-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("newExperiment", () => {
  it("writes an experiment that runs as it is, and nothing over what is there", () => {
    const { files } = newExperiment(path.join(folder, "mine"));
    expect(files.map((file) => path.basename(file))).toEqual(["mine.yaml", "mine-channel.yaml"]);
    const logs = playSeed(loadExperiment(files[0] as string), 1);
    expect(logs.map(({ policy, slots }) => [policy, slots])).toEqual([
      ["P0", 1_000],
      ["P1", 1_000],
      ["P1-slow", 1_000],
    ]);
    expect(() => newExperiment(path.join(folder, "mine.yaml"))).toThrow(/is there already/);
    expect(() => newExperiment(path.join(folder, "My Own"))).toThrow(UsageError);
  });
});

describe("what comes with fogwot", () => {
  it("is listed, and every experiment of it loads", () => {
    const { experiments, channels, scenarios, policies } = listShipped();
    for (const { name, title } of [...experiments, ...channels, ...scenarios, ...policies]) {
      expect([name, title]).toEqual([name, expect.stringMatching(/./)]);
    }
    expect(experiments.map(({ name }) => name)).toContain("paper");
    for (const { name } of experiments) expect(loadExperiment(name).name).toBe(name);
  });
});

describe("docs/experiments.md", () => {
  const text = readFileSync(path.join(__dirname, "../../../docs/experiments.md"), "utf8");
  const blocks = (kind: string): string[] => {
    const pattern = new RegExp(`^\`\`\`yaml ${kind}\\n([\\s\\S]*?)^\`\`\``, "gm");
    return [...text.matchAll(pattern)].map((match) => match[1] as string);
  };
  const parse = (yaml: string): object => {
    const file = path.join(folder, "block.yaml");
    writeFileSync(file, yaml);
    return loadYaml<object>(file, { type: "object" });
  };

  it("shows experiments and channels that load and run", () => {
    expect(blocks("experiment").length).toBeGreaterThan(0);
    for (const yaml of blocks("experiment")) {
      const experiment = loadExperiment({ ...parse(yaml), slots: 2_000, seeds: 1 });
      expect(playSeed(experiment, 1)).toHaveLength(experiment.policies.length);
    }
    expect(blocks("channel").length).toBeGreaterThan(0);
    for (const yaml of blocks("channel")) {
      const channel = loadChannel(parse(yaml) as ChannelInput);
      const settings = { name: "shown", channel, m: 1, slots: 1_000, policies: ["P1"] };
      const [log] = playSeed(loadExperiment(settings), 1);
      expect(log?.events?.map(({ kind }) => kind)).toContain("device-left");
    }
  });
});
