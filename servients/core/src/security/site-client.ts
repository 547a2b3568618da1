import { readFileSync } from "node:fs";
import type { SecurityScheme } from "@node-wot/core";
import { brokerCredentials, type Site } from "../config";
import type { SiteSecurity } from "../config/security-settings";
import { ConfigError } from "../errors";
import type { ThingSecurity } from "./access";
import { SchemeBook } from "./scheme-book";
import { secretFiles } from "./secret-files";
import type { ServiceCredentials } from "./service-account";

/**
 * What a program of the site shows to its Things, over any binding, and to the site's hosts alone.
 * Shape: `ServientCredentials`.
 */
export function siteCredentials(site: Site, { name, secret, psk }: ServiceCredentials) {
  return {
    ...{ hosts: siteHosts(site), username: name, password: secret, token: secret, apiKey: secret },
    ...{ identity: name, key: psk },
  };
}

/**
 * What a program of the site shows the broker: what the site file names, or its own name and secret;
 * empty where the broker asks for nothing.
 * @throws ConfigError like `brokerCredentials`
 */
export function brokerLogin(
  site: Site,
  own: ServiceCredentials | undefined,
): { readonly username?: string; readonly password?: string } {
  if (site.broker.username !== undefined || !site.security || !own) return brokerCredentials(site);
  return { username: own.name, password: own.secret };
}

/** Whether any Thing of the site can be one that asks for no credentials. */
export function hasOpenThings({ default: usual, things, schemes }: SiteSecurity): boolean {
  return [usual, ...Object.values(things)].some((name) => schemes[name]?.scheme === "nosec");
}

/** Where the site's programs run, as its file names the places. */
export function siteHosts({ server, broker, nodes }: Site): readonly string[] {
  const urls = [server.url, broker.url].filter((url) => url !== undefined);
  const hosts = [
    server.host,
    ...nodes.map(({ host }) => host),
    ...urls.map((url) => new URL(url).hostname.replace(/^\[|\]$/g, "")),
  ];
  // A server on every interface is reached by loopback from its own machine.
  return [...new Set(hosts.map((host) => LOOPBACK_OF[host] ?? host))];
}

const LOOPBACK_OF: Readonly<Record<string, string>> = { "0.0.0.0": "127.0.0.1", "::": "::1" };

/**
 * The certificates that the site's servers are known by; undefined where they have none.
 * @throws ConfigError when the file cannot be read
 */
export function siteAuthority({ security }: Pick<Site, "security">): string | undefined {
  if (!security?.tls) return undefined;
  const { ca } = secretFiles(security.folder);
  try {
    return readFileSync(ca, "utf8");
  } catch (cause) {
    const got = (cause as NodeJS.ErrnoException).code ?? "no file";
    throw new ConfigError(
      ca,
      [{ path: "", got, wanted: "a certificate: `fogwot keys` makes it" }],
      {
        cause,
      },
    );
  }
}

/** Key and certificate files of the site's servers; undefined where they speak without TLS. */
export function siteCertificate({ security }: Pick<Site, "security">) {
  if (!security?.tls) return undefined;
  const { certificate, certificateKey } = secretFiles(security.folder);
  return { key: certificateKey, cert: certificate };
}

/** What a Thing of the site asks for, as a protocol client takes it: combinations with their members. */
export function schemesOf(security: SiteSecurity, thing: string): SecurityScheme[] {
  const description = new SchemeBook(security).securityOf(thing);
  return description.security.map((name) => resolved(name, description));
}

function resolved(name: string, { securityDefinitions }: ThingSecurity): SecurityScheme {
  const definition = securityDefinitions[name] ?? { scheme: "nosec" };
  const members = (names: readonly string[]) =>
    names.map((one) => resolved(one, { securityDefinitions, security: [one] }));
  if ("oneOf" in definition) return { scheme: "combo", oneOf: members(definition.oneOf) };
  if ("allOf" in definition) return { scheme: "combo", allOf: members(definition.allOf) };
  return { ...definition };
}
