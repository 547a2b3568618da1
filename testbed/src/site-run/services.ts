import * as fs from "node:fs";
import {
  credentialsOf,
  readSecretFile,
  type ServiceAccount,
  type ServiceCredentials,
  type ServiceSecrets,
  type Site,
  secretFiles,
  serviceAccount,
  serviceCredentials,
} from "@fogwot/core";
import type { RunInfo } from "./run-info";

/** What the programs of a run show each other; undefined for a site without `security`. */
export interface RunServices {
  /** For one of the children: `server`, or a node. */
  secretsOf(part: string): ServiceSecrets;
}

const SERVER = "server";

/**
 * Credentials of the site's own programs. Those of a whole site on one machine are made for one run
 * and kept in memory; programs on several machines, and at an external broker, have the same ones for
 * every run, from `services.key` in the site's folder of secrets or from the run's token.
 *
 * @throws ConfigError when the file is open to others
 */
export function runServices(
  site: Site,
  { token, runId }: Pick<RunInfo, "token" | "runId">,
  isWholeSite: boolean,
): RunServices | undefined {
  if (!site.security) return undefined;
  const { services } = secretFiles(site.security.folder);
  const root = fs.existsSync(services) ? readSecretFile(services) : token;
  // An external broker knows passwords that were made before, for every run.
  const salt = isWholeSite && site.broker.url === undefined ? runId : "";
  const own = (part: string): ServiceCredentials => serviceCredentials(root, salt, part);
  const accounts: ServiceAccount[] = [
    serviceAccount(operatorCredentials(token), "operator"),
    serviceAccount(own(SERVER), "server"),
    ...site.nodes.map(({ name }) => serviceAccount(own(name), "node")),
  ];
  return { secretsOf: (part) => ({ own: own(part), accounts }) };
}

/** What the operator's commands show: the token of the run, which the run file has. */
export function operatorCredentials(token: string): ServiceCredentials {
  return credentialsOf("operator", token);
}
