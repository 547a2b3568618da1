import { SECURITY_SCHEMA, type SiteSecurity, validateConfig } from "../../config";

/** A site's section `security` with every default, and what a test wants otherwise. */
export function sampleSecurity(changes: Partial<SiteSecurity> = {}): SiteSecurity {
  const defaults = validateConfig<SiteSecurity>({}, SECURITY_SCHEMA, "test");
  return { ...defaults, ...changes };
}
