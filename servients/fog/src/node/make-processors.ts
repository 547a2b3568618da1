import path from "node:path";
import {
  type Clock,
  chainInput,
  type Logger,
  type ProcessorAffordances,
  type SiteNode,
  sitePeers,
} from "@fogwot/core";
import { TierProcessors } from "@fogwot/wasm";
import type { FogNodeConfig } from "./config";
import { deviceAccess } from "./device-access";
import type { Network } from "./network";
import { packageVersion } from "./things";

export interface MakeProcessorsOptions {
  readonly config: FogNodeConfig;
  readonly spec: SiteNode;
  readonly networks: readonly { readonly network: Network }[];
  readonly clock: Clock;
  readonly log: Logger;
  /** Once the Node Thing is there. */
  readonly affordances: () => ProcessorAffordances | undefined;
}

/** The processors of a node, fed by its devices; none where the site does not say whom it trusts. */
export function makeProcessors(options: MakeProcessorsOptions): TierProcessors | undefined {
  const { config, spec, networks, clock, log, affordances } = options;
  const { site, node, runDirectory, stateDirectory, directory, services } = config;
  const { processors: trust } = site;
  if (!trust) return undefined;
  const devices = spec.networks.flatMap((network) => network.devices.map(({ id }) => id));
  const processors = new TierProcessors({
    processors: spec.processors,
    trust,
    folder: path.join(stateDirectory ?? runDirectory, "processors", node),
    version: packageVersion(),
    checkChain: (input) => chainInput(input, { devices }, trust, spec.processors),
    surroundings: deviceAccess(networks),
    peers: sitePeers({ site, directoryUrl: directory?.url, services, log }),
    clock,
    log,
    onEvent: (name, event) => affordances()?.onEvent(name, event),
    onOutput: (name, port, record, ageMs) => affordances()?.onOutput(name, port, record, ageMs),
  });
  // All of them: a chain that is written while the node runs may name others than the site file's.
  for (const { network } of networks) {
    for (const [device, record] of network.records) {
      record.listen({
        reading: ({ values, timestamp }) =>
          processors.record(`device/${device}/reading`, values, Date.parse(timestamp)),
      });
    }
  }
  return processors;
}
