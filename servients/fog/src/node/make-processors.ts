import path from "node:path";
import type { Clock, Logger, SiteNode } from "@fogwot/core";
import { NodeProcessors } from "../processors";
import type { ProcessorAffordances } from "../things";
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

/** The processors of a node, fed by its readings; none where the site does not say whom it trusts. */
export function makeProcessors(options: MakeProcessorsOptions): NodeProcessors | undefined {
  const { config, spec, networks, clock, log, affordances } = options;
  const { site, node, runDirectory, stateDirectory } = config;
  if (!site.processors) return undefined;
  const processors = new NodeProcessors({
    processors: spec.processors,
    trust: site.processors,
    folder: path.join(stateDirectory ?? runDirectory, "processors", node),
    nodeVersion: packageVersion(),
    devices: deviceAccess(networks),
    clock,
    log,
    onEvent: (name, event) => affordances()?.onEvent(name, event),
    onOutput: (name, port, record, ageMs) => affordances()?.onOutput(name, port, record, ageMs),
  });
  for (const device of devicesRead(spec)) {
    const owner = networks.find(({ network }) => network.records.has(device));
    owner?.network.record(device).listen({
      reading: ({ values, timestamp }) => processors.reading(device, values, Date.parse(timestamp)),
    });
  }
  return processors;
}

/** Ids of the devices whose readings some processor is fed. */
function devicesRead({ processors }: SiteNode): ReadonlySet<string> {
  return new Set(
    processors.flatMap(({ from }) =>
      from.flatMap((feed) => ("device" in feed && feed.data === "reading" ? [feed.device] : [])),
    ),
  );
}
