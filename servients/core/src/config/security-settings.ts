/** Section `security` of a site file. Shape and defaults: SECURITY_SCHEMA. */
export interface SiteSecurity {
  /** Where the secrets are; absolute once the site is loaded. */
  readonly folder: string;
  readonly tls: boolean;
  readonly schemes: Readonly<Record<string, SchemeSettings>>;
  /** Scheme of every Thing that `things` does not name. */
  readonly default: string;
  /** Thing's id, or its name (the end of the id) → scheme. */
  readonly things: Readonly<Record<string, string>>;
  /** The first that fits decides; where none fits, nobody may. */
  readonly access: readonly AccessRule[];
  readonly limits: SecurityLimits;
}

export interface SchemeSettings {
  readonly scheme: "nosec" | "basic" | "bearer" | "apikey" | "psk" | "combo";
  /** Of an apikey. */
  readonly in?: "header" | "query";
  readonly name?: string;
  readonly oneOf?: readonly string[];
  readonly allOf?: readonly string[];
}

/** Fits what is asked for where every list that it has names it. */
export interface AccessRule {
  readonly things?: readonly string[];
  readonly affordances?: readonly string[];
  readonly operations?: readonly string[];
  /** One of them is enough; empty: whoever has proved who they are. */
  readonly scopes: readonly string[];
}

export interface SecurityLimits {
  /** Of one user, or of one address without credentials. */
  readonly requestsPerSecond: number;
  readonly burst: number;
  /** Of one address, and at one user's name. */
  readonly failedLoginsPerMinute: number;
}
