import { bindingsOf, loadSite } from "@fogwot/core";
import { legPlaces, type NetworkLeg } from "../emulation/network";
import { UsageError } from "../errors";
import { emulatedDevices } from "../site-run/emulated-devices";
import { type UsedSite, type UseSiteOptions, useSite } from "../site-run/use-site";
import { fetchThings, type SiteThing } from "../things/thing-descriptions";
import type { ThingDescription } from "../things/wot-types";
import { type BenchmarkTrust, startBenchmarks } from "../wotpy/host";
import type { Clients } from "./clients";
import { deviceIdOf, deviceLeg, ECHO, echoLeg, type Leg, SYSTEM, systemLegs } from "./leg";
import type { Variant } from "./variant";
import { describeFor, portsOf, type ServerPort } from "./variant-td";

/** What is asked. */
export interface Targets {
  readonly site: UsedSite;
  readonly devices: readonly { readonly device: string; readonly wsn: string }[];
  /** The device's Thing as the directory knows it; none for a benchmark Thing. */
  readonly things: readonly SiteThing[];
  readonly hasSystemApi: boolean;
  /** Of each variant, by its name. */
  readonly ports: ReadonlyMap<string, readonly ServerPort[]>;
  /** What clients of benchmark Things have to trust and to show. */
  readonly trust?: BenchmarkTrust;
  legs(clients: Clients): Promise<Leg[]>;
}

export interface TargetOptions {
  readonly siteFile: string;
  readonly ephemeral: boolean;
  readonly variants: readonly Variant[];
  readonly leg: NetworkLeg | undefined;
  readonly seed: number;
  /** Ids of those that are asked; all without. */
  readonly devices?: readonly string[];
  /** Of a site that is started for the measurement. */
  readonly timeScale?: number;
  /** Asks the echo Thing with so much, instead of the devices. */
  readonly payloadBytes?: number;
  /** Requests to the echo Thing at the same time, per variant. */
  readonly parallel: number;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
}

/** Starts or finds what is asked, for the time of `work`. */
export function withTargets<T>(
  options: TargetOptions,
  work: (targets: Targets) => Promise<T>,
): Promise<T> {
  if (options.payloadBytes === undefined && options.variants.some(({ isSecure }) => isSecure)) {
    throw new UsageError(
      "measure --tls: of benchmark Things, with --payload or --wotpy; devices are asked over the forms they have, which are secure ones in a secured site",
    );
  }
  return options.payloadBytes === undefined ? withDevices(options, work) : withEcho(options, work);
}

/** How the site of a measurement is used. */
export function siteOptions(options: Omit<TargetOptions, "parallel" | "seed">): UseSiteOptions {
  const { siteFile, ephemeral, leg, timeScale, signal, onProgress } = options;
  return {
    ...{ siteFile, signal, onProgress },
    ephemeral: ephemeral || leg !== undefined || timeScale !== undefined,
    plan: {
      ...(leg ? { places: legPlaces(leg) } : {}),
      ...(timeScale === undefined ? {} : { timeScale }),
    },
  };
}

function withDevices<T>(
  options: TargetOptions,
  work: (targets: Targets) => Promise<T>,
): Promise<T> {
  const { variants, leg } = options;
  const base = siteOptions(options);
  const hasStock = variants.some(({ implementation }) => implementation === "stock");
  if (hasStock && loadSite(options.siteFile).security) {
    throw new UsageError(
      "measure --stock: node-wot's bindings would serve the devices of a secured site to anybody; compare benchmark Things instead, with --payload or --wotpy",
    );
  }
  const own = { ...base, ephemeral: base.ephemeral === true || hasStock };
  return useSite(own, async (site) => {
    if (leg) checkEmulated(site);
    if (!hasStock) return work(await deviceTargets(options, site, undefined));
    const plan = { ...base.plan, implementation: "stock" as const };
    return useSite({ ...own, plan }, async (stock) =>
      work(await deviceTargets(options, site, stock)),
    );
  });
}

async function deviceTargets(
  { variants, devices }: TargetOptions,
  site: UsedSite,
  stock: UsedSite | undefined,
): Promise<Targets> {
  const [things, foreign] = await Promise.all([
    devicesOf(site, devices),
    stock ? devicesOf(stock, devices) : [],
  ]);
  const isAsked = (device: string): boolean => devices?.includes(device) ?? true;
  const thingsOf = (variant: Variant) => (variant.implementation === "stock" ? foreign : things);
  for (const variant of variants) checkOffered(thingsOf(variant), variant);
  return {
    site,
    things,
    devices: things.map((thing) => ({ device: deviceIdOf(thing), wsn: thing.wsn ?? "" })),
    hasSystemApi: true,
    ports: new Map(
      variants.map((variant) => [variant.name, portsOfAll(thingsOf(variant), variant)]),
    ),
    legs: async (clients) => {
      const legs = variants.flatMap((variant) =>
        thingsOf(variant).map((thing) => deviceLeg(clients.of(variant), thing, variant)),
      );
      return [...systemLegs(site, isAsked), ...(await Promise.all(legs))];
    },
  };
}

function withEcho<T>(options: TargetOptions, work: (targets: Targets) => Promise<T>): Promise<T> {
  const { variants, leg, seed, payloadBytes = 0, parallel } = options;
  const base = siteOptions(options);
  // The server alone: its broker is what the benchmark Thing needs of a site.
  return useSite({ ...base, plan: { ...base.plan, only: "server" } }, async (site) => {
    const host = await startBenchmarks({ site, model: "echo", variants, leg, seed });
    try {
      const td = (variant: Variant): ThingDescription => host.thingFor(variant);
      return await work({
        site,
        things: [],
        devices: [{ device: ECHO, wsn: "" }],
        hasSystemApi: false,
        trust: host.trust,
        ports: new Map(
          variants.map((one) => [one.name, portsOf(describeFor(td(one), one))] as const),
        ),
        legs: (clients) =>
          Promise.all(
            variants.flatMap((variant) =>
              Array.from({ length: parallel }, () =>
                echoLeg(clients.of(variant), td(variant), variant, payloadBytes),
              ),
            ),
          ),
      });
    } finally {
      await host.stop();
    }
  });
}

/** @throws UsageError when one that is named is no device of the site */
async function devicesOf(site: UsedSite, names?: readonly string[]): Promise<SiteThing[]> {
  const all = (await fetchThings(site)).filter((thing) => thing.kind === "device");
  const ids = all.map(deviceIdOf);
  const unknown = names?.find((name) => !ids.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`measure --devices ${unknown}: wanted some of ${ids.join(", ")}`);
  }
  return names ? all.filter((thing) => names.includes(deviceIdOf(thing))) : all;
}

function portsOfAll(things: readonly SiteThing[], variant: Variant): ServerPort[] {
  const ports = things.flatMap(({ td }) => portsOf(describeFor(td, variant)));
  return [...new Map(ports.map((one) => [`${one.protocol} ${one.port}`, one])).values()];
}

/** @throws UsageError when a device does not offer a binding that is asked for */
function checkOffered(things: readonly SiteThing[], { binding }: Variant): void {
  for (const { id, td } of things) {
    const offered = bindingsOf(td);
    if (offered.includes(binding)) continue;
    throw new UsageError(`measure --bindings ${binding}: ${id} offers ${offered.join(", ")}`);
  }
}

/** A real board stands on no network of ours. @throws UsageError */
function checkEmulated({ info }: UsedSite): void {
  const devices = info.nodes.flatMap(({ drivers }) => drivers.flatMap((one) => one.devices));
  const emulated = emulatedDevices(info);
  const real = devices.find((device) => !emulated.has(device));
  if (real === undefined) return;
  throw new UsageError(
    `measure --network: ${real} is not emulated, and nothing outside reaches the network leg; use --payload or --wotpy there`,
  );
}

/** Names of the legs in the order of rows and plots. */
export function legNames({ hasSystemApi }: Targets, variants: readonly Variant[]): string[] {
  return [...(hasSystemApi ? [SYSTEM] : []), ...variants.map(({ name }) => name)];
}
