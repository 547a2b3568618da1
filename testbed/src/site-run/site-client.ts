import {
  createFetch,
  DIRECTORY_NAME,
  type Fetch,
  proofFor,
  type ServientOptions,
  type Site,
  schemesOf,
  siteAuthority,
  siteCredentials,
} from "@fogwot/core";
import type { RegistrationOptions } from "@fogwot/fog";
import { operatorCredentials } from "./services";

/**
 * What reaches a site's servers and Things in the operator's name.
 * @param token of the run
 * @returns certificates to trust and credentials to show; nothing for a site without `security`
 * @throws ConfigError when the site's certificate cannot be read
 */
export function operatorClient(
  site: Site,
  token: string,
): Pick<ServientOptions, "tls" | "credentials"> {
  if (!site.security) return {};
  const ca = siteAuthority(site);
  return {
    ...(ca === undefined ? {} : { tls: { ca } }),
    credentials: siteCredentials(site, operatorCredentials(token)),
  };
}

/** `fetch` in the operator's name. @throws ConfigError as `operatorClient` */
export function siteFetch(site: Site, token: string): Fetch {
  const { tls, credentials } = operatorClient(site, token);
  return createFetch({ ...tls, ...(credentials ? { credentials } : {}) });
}

/**
 * How the directory of a running site is told of Things in the operator's name.
 * @param token of the run
 * @throws ConfigError as `operatorClient`
 */
export function operatorRegistration(
  site: Site,
  url: string,
  token: string,
): Pick<RegistrationOptions, "url" | "proof" | "ca"> {
  const bearer = { headers: { authorization: `Bearer ${token}` }, query: {} };
  if (!site.security) return { url, proof: bearer };
  const ca = siteAuthority(site);
  const schemes = schemesOf(site.security, DIRECTORY_NAME);
  // One that HTTP cannot carry is refused by the directory, which is logged.
  const proof = proofFor(schemes, siteCredentials(site, operatorCredentials(token)));
  return { url, proof: proof || bearer, ...(ca === undefined ? {} : { ca }) };
}
