import * as path from "node:path";
import {
  type BindingName,
  brokerLogins,
  compiledEntry,
  loadSite,
  packageRoot,
  Supervisor,
  silentLogger,
  systemClock,
} from "@fogwot/core";
import { legPlaces, type NetworkLeg } from "../emulation/network";
import type { Variant } from "../measure/variant";
import type { UsedSite } from "../site-run/use-site";
import type { ThingDescription } from "../things/wot-types";
import type { BenchmarkConfig, BenchmarkReport } from "./program";

export interface HostOptions {
  readonly site: UsedSite;
  readonly model: BenchmarkConfig["model"];
  readonly variants: readonly Variant[];
  readonly leg: NetworkLeg | undefined;
  readonly seed: number;
}

/** A benchmark Thing for each variant, served at the fog side of the leg where there is one. */
export interface BenchmarkHost {
  thingFor(variant: Variant): ThingDescription;
  stop(): Promise<void>;
}

/**
 * One process for ours and one for node-wot's, so that neither's work delays the other's answers; in
 * it a Servient for each QoS, because a Servient says one QoS in its forms and means it.
 */
export async function startBenchmarks(options: HostOptions): Promise<BenchmarkHost> {
  const { variants } = options;
  const supervisor = new Supervisor({ clock: systemClock, log: silentLogger });
  const things = new Map<string, ThingDescription>();
  try {
    for (const implementation of ["own", "stock"] as const) {
      const own = variants.filter((variant) => variant.implementation === implementation);
      if (own.length === 0) continue;
      const report = await supervisor.start<BenchmarkConfig, BenchmarkReport>({
        name: `benchmark-${implementation}`,
        entry: compiledEntry(path.join(packageRoot(__dirname), "src", "wotpy", "main.ts")),
        logFile: path.join(options.site.info.logDirectory, `benchmark-${implementation}.log`),
        config: configOf(implementation, own, options),
        ...(options.leg ? { through: legPlaces(options.leg).nodeCommand } : {}),
        restart: false,
      });
      for (const [name, td] of Object.entries(report.things)) things.set(name, td);
    }
  } catch (error) {
    await supervisor.stop();
    throw error;
  }
  return {
    thingFor: (variant) => things.get(servientName(variant)) as ThingDescription,
    stop: () => supervisor.stop(),
  };
}

function configOf(
  implementation: Variant["implementation"],
  variants: readonly Variant[],
  { site, model, leg, seed }: HostOptions,
): BenchmarkConfig {
  const bindings = [...new Set(variants.map(({ binding }): BindingName => binding))];
  const url = site.info.server?.brokerUrl;
  const login = url ? brokerLogins(loadSite(site.siteFile))[url] : undefined;
  return {
    model,
    implementation,
    site: site.info.site,
    host: leg ? legPlaces(leg).nodeHost : "127.0.0.1",
    insecure: leg !== undefined,
    bindings,
    ...(url ? { broker: { url, ...login } } : {}),
    servients: Object.fromEntries(
      variants.map((variant) => [servientName(variant), { qos: variant.qos ?? null }]),
    ),
    seed,
  };
}

/** Variants that differ in what the client does alone share a Servient. */
function servientName({ implementation, qos }: Variant): string {
  return qos === undefined ? implementation : `${implementation}-qos-${qos}`;
}
