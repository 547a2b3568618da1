import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { UsageError } from "../errors";
import { loadExperiment } from "./load-experiment";

export interface MadeExperiment {
  readonly name: string;
  readonly files: readonly string[];
}

/**
 * Writes an experiment that runs as it is, and a channel of its own to change.
 * @param file path of the experiment, with or without `.yaml`; its last part is the name
 * @throws UsageError when it cannot be a name, or files are there already
 */
export function newExperiment(file: string): MadeExperiment {
  const experimentFile = path.resolve(`${file.replace(/\.yaml$/, "")}.yaml`);
  const name = path.basename(experimentFile, ".yaml");
  if (!/^[a-z0-9][a-z0-9-]{0,59}$/.test(name)) {
    throw new UsageError(`new ${name}: wanted small letters, digits and hyphens`);
  }
  const channelFile = path.join(path.dirname(experimentFile), `${name}-channel.yaml`);
  for (const one of [experimentFile, channelFile]) {
    if (existsSync(one)) throw new UsageError(`${one} is there already; choose another name`);
  }
  mkdirSync(path.dirname(experimentFile), { recursive: true });
  writeFileSync(channelFile, channelText(name));
  writeFileSync(experimentFile, experimentText(name));
  loadExperiment(experimentFile);
  return { name, files: [experimentFile, channelFile] };
}

function experimentText(name: string): string {
  return `# fogwot experiment run ${name}.yaml; every member: fogwot --print-schema experiment
name: ${name}
title: P1 with two learning rates
channel: ./${name}-channel.yaml
# What happens to the channel: A stationary, B abrupt changes, C drift, D outages, G long bursts;
# or the path of a file.
scenario: A
seeds: 20
slots: 1000
# Devices asked per slot, t_timeout and t_interval.
m: 2
timeoutMs: 500
intervalMs: 1000
policies:
  - P0
  - P1
  - { policy: P1, label: P1-slow, parameters: { alpha: 0.1 } }
  # One's own: { policy: ./my-policy.js, label: MINE }
`;
}

function channelText(name: string): string {
  return `# How the links behave: RTT = baseMs + log-normal(medianMs, sigma); every member:
# fogwot --print-schema channel
name: ${name}
title: Four sensors in two networks
devices:
  - { id: near-1, wsn: wifi, baseMs: 30, medianMs: 15, sigma: 0.5, filter: 0.3 }
  - { id: near-2, wsn: wifi, baseMs: 35, medianMs: 15, sigma: 0.5, filter: 0.3 }
  - id: far-1
    wsn: zigbee
    baseMs: 110
    medianMs: 20
    sigma: 0.4
    # Bursts of loss: probability per slot to become bad and good again, loss in either state.
    ge: { pGB: 0.01, pBG: 0.5, lossG: 0.005, lossB: 0.8 }
  - { id: far-2, wsn: zigbee, baseMs: 115, medianMs: 20, sigma: 0.4, filter: 0.02 }
# From that slot on:
changes:
  - { slot: 501, id: near-1, filter: 0.8 }
  - { slot: 701, id: far-2, dead: true }
`;
}
