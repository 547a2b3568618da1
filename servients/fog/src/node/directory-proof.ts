import {
  ConfigError,
  DIRECTORY_NAME,
  type Proof,
  proofFor,
  schemesOf,
  siteAuthority,
  siteCredentials,
} from "@fogwot/core";
import type { FogNodeConfig } from "./config";

/**
 * What a node shows the directory: its own credentials by the site's scheme, or the token of a site
 * without security.
 * @throws ConfigError when the directory asks for what a program of the site cannot show over HTTP
 */
export function directoryProof(config: FogNodeConfig): { proof: Proof; ca?: string } {
  const { site, directory, services } = config;
  if (!site.security || !services) {
    const token = directory?.token;
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    return { proof: { headers, query: {} } };
  }
  const ca = siteAuthority(site);
  const schemes = schemesOf(site.security, DIRECTORY_NAME);
  const proof = proofFor(schemes, siteCredentials(site, services.own));
  if (proof) return { proof, ...(ca === undefined ? {} : { ca }) };
  const wanted = "a scheme that HTTP can carry: basic, bearer or apikey";
  throw new ConfigError(`site ${site.site}`, [
    { path: "/security/things/directory", got: schemes[0]?.scheme, wanted },
  ]);
}
