import { execFile } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { ConfigError } from "@fogwot/core";
import { ToolError } from "../../errors";
import type { Experiment } from "../experiment";
import type { RunState } from "../run-folder";
import { loadExperimentOf } from "./experiment-of";
import { SUMS_FILE, sumsOf } from "./sums";

const PARTS = ["outcomes.csv", "outcomes.parquet", "report.html", "figures", "live.json"];

export interface Published {
  readonly out: string;
  /** SHA-256 of the configuration. */
  readonly hash: string;
}

/**
 * Bundles a results folder so that another can check and repeat it: configuration, outcomes,
 * report, policies that were given as files, sums of everything, and how to verify it.
 * @param out a folder, or a file that ends in .tar.gz
 * @throws ConfigError when the report is missing or a policy lies outside the experiment's folder
 */
export async function publish(folder: string, out: string): Promise<Published> {
  const { experiment, state } = loadExperimentOf(folder);
  if (!existsSync(path.join(folder, "report.html"))) {
    const wanted = `a report: fogwot experiment report ${folder}`;
    throw new ConfigError(folder, [{ path: "report.html", got: "none", wanted }]);
  }
  if (existsSync(out)) {
    throw new ConfigError(out, [
      { path: "--out", got: "a file that is there", wanted: "a new name" },
    ]);
  }
  const isArchive = out.endsWith(".tar.gz");
  const name = isArchive ? path.basename(out, ".tar.gz") : path.basename(out);
  mkdirSync(path.dirname(path.resolve(out)), { recursive: true });
  const work = mkdtempSync(
    path.join(isArchive ? tmpdir() : path.dirname(path.resolve(out)), ".publish-"),
  );
  try {
    const bundle = path.join(work, name);
    mkdirSync(bundle);
    for (const part of PARTS.filter((one) => existsSync(path.join(folder, one)))) {
      cpSync(path.join(folder, part), path.join(bundle, part), { recursive: true });
    }
    copyPolicies(experiment, bundle);
    const { base: _base, ...configuration } = state.configuration;
    const moved: RunState = { ...state, configuration };
    writeFileSync(path.join(bundle, "experiment.json"), `${JSON.stringify(moved, null, 2)}\n`);
    writeFileSync(path.join(bundle, "README.md"), readmeOf(state, name));
    writeFileSync(path.join(bundle, SUMS_FILE), await sumsOf(bundle));
    if (isArchive) await pack(work, name, path.resolve(out));
    else renameSync(bundle, out);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return { out, hash: state.hash };
}

/** Modules of policies, at the same place relative to the experiment. */
function copyPolicies({ policies, base }: Experiment, bundle: string): void {
  const files = policies.flatMap(({ segments }) =>
    segments.filter(({ source }) => source !== null).map(({ policy }) => policy),
  );
  for (const file of new Set(files)) {
    const from = require.resolve(path.resolve(base, file));
    const relative = path.relative(base, from);
    if (relative.startsWith("..")) {
      const wanted = `a policy within ${base}, to be published with it`;
      throw new ConfigError("experiment", [{ path: "/policies", got: file, wanted }]);
    }
    cpSync(from, path.join(bundle, relative));
  }
}

/** Same files, same bytes: no times, no owners, fixed order. */
async function pack(folder: string, name: string, file: string): Promise<void> {
  const fixed = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner"];
  try {
    await promisify(execFile)("tar", [...fixed, "-I", "gzip -n", "-cf", file, "-C", folder, name]);
  } catch (cause) {
    throw new ToolError("tar", String(cause), "install GNU tar, or publish into a folder", {
      cause,
    });
  }
}

function readmeOf(
  { name, hash, versions, outcomes, configuration }: RunState,
  folder: string,
): string {
  const { seeds, firstSeed, channel, policies } = configuration;
  return `# ${configuration.title || name}

Results of the fogwot experiment \`${name}\`: ${policies.map(({ label }) => label).join(", ")} on the
channel \`${channel.name}\`, seeds ${firstSeed} to ${firstSeed + seeds - 1}, in virtual time.

| | |
|---|---|
| configuration, SHA-256 | \`${hash}\` |
| outcomes.csv, SHA-256 | \`${outcomes?.sha256 ?? ""}\` |
| rows | ${outcomes?.rows ?? ""} |
${Object.entries(versions)
  .map(([program, version]) => `| ${program} | ${version} |`)
  .join("\n")}

- \`experiment.json\`: the whole configuration, every default filled in, channel included
- \`outcomes.csv\`, \`outcomes.parquet\`: one row per getData request
- \`report.html\`, \`figures/\`: what follows from them
- \`${SUMS_FILE}\`: \`sha256sum -c ${SUMS_FILE}\`

The configuration decides outcomes.csv byte for byte. With fogwot ${versions.fogwot ?? ""}:

    fogwot experiment verify ${folder}
`;
}
