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

export type PolicyTuning = Partial<Omit<PolicyState, "name">>;

export interface PolicyChange extends PolicyTuning {
  readonly name: string;
  /** Folder that a package's name starts from. */
  readonly from?: string;
  readonly carry?: "none" | "model";
}

/** What a change of policy is answered with. */
export interface PolicySwitch extends PolicyState {
  /** First slot of the new policy. */
  readonly fromSlot: number;
  /** Whether it started from the link model of the one before. */
  readonly carried: boolean;
}

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

/** Resolves when it is in force. @throws ControlError with path, got and wanted when it is refused */
export async function setPolicy(
  site: string | undefined,
  change: PolicyChange,
): Promise<PolicySwitch> {
  return (await attachServer(site)).request("PUT", "/api/policy", change);
}

/** Changes the policy in force, which keeps what it has learnt. @throws as `setPolicy` */
export async function tunePolicy(
  site: string | undefined,
  tuning: PolicyTuning,
): Promise<PolicyState & { readonly fromSlot: number }> {
  return (await attachServer(site)).request("PATCH", "/api/policy", tuning);
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
