import type { ChildStatus } from "@fogwot/core";
import { systemClock } from "@fogwot/core";
import { residentBytes } from "../files/process-table";
import { listThings } from "../things/thing-descriptions";
import { duration, milliseconds, percent } from "../up/format";
import { attachSite } from "./attach";
import { malformedCounts, type NodeCounters } from "./counters";
import { emulatedDevices } from "./emulated-devices";
import type { RunInfo, ThingInfo } from "./run-info";
import { fetchServerStatus, type ServerStatus } from "./server-status";

/** What `fogwot status` tells. */
export interface SiteStatus {
  readonly site: string;
  readonly siteFile: string;
  readonly upMs: number;
  readonly timeScale: number;
  readonly processes: readonly (ChildStatus & { readonly residentMb: number | null })[];
  readonly things: readonly (ThingInfo & { readonly node: string })[];
  readonly emulated: readonly string[];
  readonly serverUrl: string | null;
  readonly brokerUrl: string | null;
  /** Bad input that was counted and refused, by binding and by driver. */
  readonly malformed: Readonly<Record<string, number>>;
  /** Null where the processing server does not run on this machine. */
  readonly sensing: ServerStatus | null;
}

/** @throws SiteNotRunningError */
export async function siteStatus(siteFile: string): Promise<SiteStatus> {
  const site = await attachSite(siteFile);
  const reports = await Promise.all(
    site.controls.map(({ api }) =>
      api.request<RunInfo & { children: ChildStatus[] }>("GET", "/status"),
    ),
  );
  const counters = await Promise.all(
    site.controls.map(({ api }) => api.request<{ nodes: NodeCounters }>("GET", "/counters")),
  );
  const own = site.controls.map(({ info }, index) => ({
    name: info.scope === "site" ? "up" : `up --only ${info.scope}`,
    pid: info.pid,
    state: "running" as const,
    restarts: 0,
    startedAtMs: reports[index]?.startedAtMs ?? info.startedAtMs,
  }));
  return {
    site: site.info.site,
    siteFile,
    upMs: systemClock.now() - site.info.startedAtMs,
    timeScale: site.info.timeScale,
    processes: [...own, ...reports.flatMap((report) => report.children)].map((child) => ({
      ...child,
      residentMb: megabytes(child.pid),
    })),
    things: listThings(site),
    emulated: [...emulatedDevices(site.info)],
    serverUrl: site.info.server?.url ?? null,
    brokerUrl: site.info.server?.brokerUrl ?? null,
    malformed: malformedCounts(Object.assign({}, ...counters.map(({ nodes }) => nodes))),
    sensing: site.server ? await fetchServerStatus(site.server) : null,
  };
}

export function statusLines(status: SiteStatus): string[] {
  const { sensing } = status;
  const lines = [`site ${status.site}   up ${duration(status.upMs)}   ${status.siteFile}`, ""];
  for (const child of status.processes) {
    const memory = child.residentMb === null ? "" : `${child.residentMb.toFixed(0).padStart(5)} MB`;
    const restarts = child.restarts > 0 ? `   restarted ${child.restarts} times` : "";
    lines.push(
      `  ${child.name.padEnd(16)} ${child.state.padEnd(10)} pid ${String(child.pid ?? "–").padEnd(8)}${memory}${restarts}`,
    );
  }
  lines.push("");
  for (const thing of status.things) {
    const mark = isEmulated(status, thing) ? "   (emulated)" : "";
    lines.push(`  ${thing.kind.padEnd(8)} ${thing.title.padEnd(34)} ${thing.tdUrl}${mark}`);
  }
  const refused = Object.entries(status.malformed).map(([name, count]) => `${name} ${count}`);
  if (refused.length > 0) lines.push("", `  bad input refused   ${refused.join("   ")}`);
  if (!sensing) return lines;
  const count = Math.min(sensing.slots, sensing.window.slots);
  lines.push(
    "",
    `  policy ${sensing.policy}   M = ${sensing.m}   slot ${sensing.slots}   ${sensing.requests} requests   ${sensing.store.rows} rows stored`,
    `  last ${count} slots   RTT ${milliseconds(sensing.window.rttMs)}   PDR ${percent(sensing.window.pdr)}`,
  );
  return lines;
}

function isEmulated(status: SiteStatus, thing: ThingInfo): boolean {
  return status.emulated.some((id) => thing.id.endsWith(`:${id}`));
}

function megabytes(pid: number | undefined): number | null {
  const bytes = pid === undefined ? null : residentBytes(pid);
  return bytes === null ? null : bytes / 1024 / 1024;
}
