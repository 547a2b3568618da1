import { ConfigError, loadSite, type Site, type SiteSecurity } from "@fogwot/core";

export interface SecuredSite extends Site {
  readonly security: SiteSecurity;
}

/** A site with a section `security`. @throws ConfigError that says what to write */
export function loadSecuredSite(siteFile: string): SecuredSite {
  const site = loadSite(siteFile);
  const { security } = site;
  if (security) return { ...site, security };
  const wanted = "a section `security`; the line `security: {}` takes every default";
  throw new ConfigError(siteFile, [{ path: "/security", got: undefined, wanted }]);
}
