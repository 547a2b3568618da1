import { SiteNotRunningError } from "../errors";
import type { ApiClient } from "./api-client";
import { attachSite } from "./attach";
import { findSiteFile } from "./find-site";

/** GET /api/policy of the processing server. */
export interface PolicyState {
  readonly name: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly m: number;
  readonly timeoutMs: number;
  readonly intervalMs: number;
  readonly binding: string;
}

export type PolicyChange = Partial<PolicyState> & { readonly name: string };

export interface PolicyTitle {
  readonly name: string;
  readonly title: string;
  readonly description: string;
}

/** The processing server's API of the running site. @throws SiteNotRunningError */
export async function attachServer(site: string | undefined): Promise<ApiClient> {
  const siteFile = findSiteFile(site);
  const { server } = await attachSite(siteFile);
  if (!server) throw new SiteNotRunningError(`${siteFile} --only server`);
  return server;
}

export async function showPolicy(site: string | undefined): Promise<PolicyState> {
  return (await attachServer(site)).request("GET", "/api/policy");
}

export async function listPolicies(site: string | undefined): Promise<readonly PolicyTitle[]> {
  const answer = await (await attachServer(site)).request<
    readonly PolicyTitle[] | { readonly policies: readonly PolicyTitle[] }
  >("GET", "/api/policies");
  return "policies" in answer ? answer.policies : answer;
}

/** @throws ControlError with path, got and wanted when the policy refuses its parameters */
export async function setPolicy(
  site: string | undefined,
  change: PolicyChange,
): Promise<PolicyState> {
  const server = await attachServer(site);
  await server.request("PUT", "/api/policy", change);
  return server.request("GET", "/api/policy");
}

export function policyLine(policy: PolicyState): string {
  const parameters = Object.entries(policy.parameters ?? {})
    .map(([name, value]) => ` ${name}=${String(value)}`)
    .join("");
  return (
    `policy ${policy.name}${parameters}   M = ${policy.m}   time-out ${policy.timeoutMs} ms` +
    `   interval ${policy.intervalMs} ms   over ${policy.binding}`
  );
}
