import {
  createFetch,
  type Fetch,
  type ServientOptions,
  type Site,
  siteAuthority,
  siteCredentials,
} from "@fogwot/core";
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
