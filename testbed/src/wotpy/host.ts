import { randomBytes } from "node:crypto";
import * as path from "node:path";
import {
  type BindingName,
  brokerLogins,
  type CertifiedKey,
  compiledEntry,
  loadSite,
  makeAuthority,
  makeServerCertificate,
  packageRoot,
  type ServiceAccount,
  type ServientOptions,
  Supervisor,
  serviceAccount,
  serviceCredentials,
  silentLogger,
  systemClock,
} from "@fogwot/core";
import { legPlaces, type NetworkLeg } from "../emulation/network";
import type { Variant } from "../measure/variant";
import type { BrokerConfig, BrokerReport } from "../programs/broker";
import type { UsedSite } from "../site-run/use-site";
import type { ThingDescription } from "../things/wot-types";
import type { BenchmarkConfig, BenchmarkReport, BenchmarkServient } from "./program";

export interface HostOptions {
  readonly site: UsedSite;
  readonly model: BenchmarkConfig["model"];
  readonly variants: readonly Variant[];
  readonly leg: NetworkLeg | undefined;
  readonly seed: number;
}

/** What a client has to trust and to show. */
export type BenchmarkTrust = Pick<ServientOptions, "tls" | "credentials">;

/** A benchmark Thing for each variant, served at the fog side of the leg where there is one. */
export interface BenchmarkHost {
  thingFor(variant: Variant): ThingDescription;
  /** Empty where no variant is secure. */
  readonly trust: BenchmarkTrust;
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
  const secure = variants.filter(({ isSecure }) => isSecure);
  const secrets = secure.length > 0 ? await makeSecrets(options) : undefined;
  try {
    const hasBroker = secrets && secure.some(({ binding }) => binding === "mqtt");
    const brokerUrl = hasBroker ? await startSecureBroker(supervisor, options, secrets) : undefined;
    for (const implementation of ["own", "stock"] as const) {
      const own = variants.filter((variant) => variant.implementation === implementation);
      if (own.length === 0) continue;
      const report = await supervisor.start<BenchmarkConfig, BenchmarkReport>({
        name: `benchmark-${implementation}`,
        entry: compiledEntry(path.join(packageRoot(__dirname), "src", "wotpy", "main.ts")),
        logFile: path.join(options.site.info.logDirectory, `benchmark-${implementation}.log`),
        config: configOf(implementation, own, options, secrets && { ...secrets, brokerUrl }),
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
    trust: secrets?.trust ?? {},
    stop: () => supervisor.stop(),
  };
}

/** Beside the site's own, which speaks in clear; at the same end of the leg. @returns its URL */
async function startSecureBroker(
  supervisor: Supervisor,
  { site, leg }: HostOptions,
  { server: { certificate, key } }: Secrets,
): Promise<string> {
  const report = await supervisor.start<BrokerConfig, BrokerReport>({
    name: "benchmark-broker",
    entry: compiledEntry(path.join(packageRoot(__dirname), "src", "programs", "broker.ts")),
    logFile: path.join(site.info.logDirectory, "benchmark-broker.log"),
    config: {
      host: serverHostOf(leg),
      insecure: leg !== undefined,
      tls: { cert: certificate, key },
    },
    restart: false,
  });
  return report.url;
}

interface Secrets {
  readonly trust: BenchmarkTrust;
  readonly authority: string;
  readonly server: CertifiedKey;
  readonly account: ServiceAccount;
}

interface SecureEnds extends Secrets {
  /** `mqtts:`; of the secure broker, where one is needed. */
  readonly brokerUrl: string | undefined;
}

/** Made for one measurement and kept in memory. */
async function makeSecrets({ site, leg }: HostOptions): Promise<Secrets> {
  const hosts = [...new Set([hostOf(leg), serverHostOf(leg)])];
  const authority = await makeAuthority(site.info.site, systemClock, 1);
  const own = serviceCredentials(randomBytes(32).toString("hex"), "", "benchmark");
  return {
    trust: {
      tls: { ca: authority.certificate },
      credentials: { hosts, identity: own.name, key: own.psk },
    },
    authority: authority.certificate,
    server: await makeServerCertificate({ authority, hosts, clock: systemClock, days: 1 }),
    account: serviceAccount(own, "server"),
  };
}

function hostOf(leg: NetworkLeg | undefined): string {
  return leg ? legPlaces(leg).nodeHost : "127.0.0.1";
}

function serverHostOf(leg: NetworkLeg | undefined): string {
  return leg ? legPlaces(leg).serverHost : "127.0.0.1";
}

function configOf(
  implementation: Variant["implementation"],
  variants: readonly Variant[],
  { site, model, leg, seed }: HostOptions,
  secrets: SecureEnds | undefined,
): BenchmarkConfig {
  const bindings = [...new Set(variants.map(({ binding }): BindingName => binding))];
  const url = site.info.server?.brokerUrl;
  const login = url ? brokerLogins(loadSite(site.siteFile))[url] : undefined;
  return {
    model,
    implementation,
    site: site.info.site,
    host: hostOf(leg),
    insecure: leg !== undefined,
    bindings,
    ...(url ? { broker: { url, ...login } } : {}),
    servients: Object.fromEntries(
      variants.map((variant) => [servientName(variant), servientOf(variant, secrets)]),
    ),
    seed,
  };
}

function servientOf(
  { qos: wanted, binding, isSecure }: Variant,
  secrets: SecureEnds | undefined,
): BenchmarkServient {
  const qos = wanted ?? null;
  if (!isSecure || !secrets) return { qos };
  const { server, account, authority, brokerUrl = "" } = secrets;
  if (binding === "mqtt") return { qos, secure: { binding, brokerUrl, ca: authority } };
  return { qos, secure: { binding, ...server, account } };
}

/** Variants that differ in what the client does alone share a Servient. */
function servientName({ implementation, binding, isSecure, qos }: Variant): string {
  if (isSecure) return `${implementation}-tls-${binding}`;
  return qos === undefined ? implementation : `${implementation}-qos-${qos}`;
}
