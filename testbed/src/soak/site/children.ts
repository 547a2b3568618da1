import type { ChildStatus } from "@fogwot/core";
import { descendantsOf, type ProcessEntry } from "../../files/process-table";
import { EMULATION, SERVER } from "../../site-run/children";
import type { LivingSite } from "./living-site";
import { until } from "./until";

/** Every process below `fogwot up`, by the part it plays. */
export interface SiteProcesses {
  readonly server: ChildStatus;
  readonly emulation: ChildStatus | undefined;
  readonly nodes: readonly ChildStatus[];
  readonly drivers: readonly ProcessEntry[];
  readonly boards: readonly ProcessEntry[];
}

/** Who is alive now; waits while `up` is restarting one of its children. @throws WaitTimeoutError */
export function siteProcesses(site: LivingSite): Promise<SiteProcesses> {
  return until("every process of the site running", async () => {
    const all = await childrenOf(site);
    const running = all.filter(({ state, pid }) => state === "running" && pid !== undefined);
    const server = running.find(({ name }) => name === SERVER);
    if (!server || running.length < all.length) return undefined;
    const emulation = running.find(({ name }) => name === EMULATION);
    const nodes = running.filter(({ name }) => name !== SERVER && name !== EMULATION);
    const drivers = nodes.flatMap(({ pid }) => descendantsOf(pid ?? -1).filter(isDriver));
    const boards = emulation ? descendantsOf(emulation.pid ?? -1).filter(isBoard) : [];
    if (drivers.length < driverCount(site) || boards.length < boardCount(site)) return undefined;
    return { server, emulation, nodes, drivers, boards };
  });
}

/** The children of `up` as it knows them itself. */
export async function childrenOf(site: LivingSite): Promise<readonly ChildStatus[]> {
  return (await site.control<{ children: ChildStatus[] }>("GET", "/status")).children;
}

function isDriver({ command }: ProcessEntry): boolean {
  return /drivers[/\\]main\.js/.test(command);
}

function isBoard({ command }: ProcessEntry): boolean {
  return /fogwot-board /.test(command);
}

function driverCount(site: LivingSite): number {
  return site.attached.info.nodes.flatMap(({ drivers }) => drivers).length;
}

function boardCount(site: LivingSite): number {
  return Object.keys(site.attached.info.emulated).length;
}
