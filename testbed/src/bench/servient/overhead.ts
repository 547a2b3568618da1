import { BINDING_NAMES, PERFECT_LINK, systemClock } from "@fogwot/core";
import type { Output } from "../../cli/output";
import { descendantsOf, residentBytes } from "../../files/process-table";
import { deviceIdOf, deviceLeg, type Leg, SYSTEM, systemLegs } from "../../measure/leg";
import { type LegSummary, rowsOf, summarizeLegs } from "../../measure/rows";
import { sample } from "../../measure/sampling";
import { variantsOf } from "../../measure/variant";
import { findSiteFile } from "../../site-run/find-site";
import type { NodeInfo } from "../../site-run/run-info";
import { type UsedSite, useSite } from "../../site-run/use-site";
import { openClient } from "../../things/client";
import { fetchThings } from "../../things/thing-descriptions";

export interface Overhead {
  readonly systemApiP50Ms: number | null;
  /** Per binding, ms. `invokeP50Ms` less `systemApiP50Ms` is what Servient and binding add. */
  readonly bindings: readonly {
    readonly binding: string;
    readonly invokeP50Ms: number | null;
    readonly overheadP50Ms: number | null;
    readonly pairedOverheadP50Ms: number | null;
    readonly pdr: number;
  }[];
  /** Resident memory of the fog node's processes after the measurement, MB. */
  readonly memory: readonly { readonly process: string; readonly residentMb: number }[];
}

const TIMEOUT_MS = 2_000;
const WARM_UP_REQUESTS = 50;
const VARIANTS = variantsOf({ bindings: BINDING_NAMES });

/**
 * WoT invoke beside System-API query of the same device, one request at a time, on a Wi-Fi site
 * of its own whose links neither delay nor lose.
 */
export function measureOverhead(
  requests: number,
  output: Output,
  signal: AbortSignal,
): Promise<Overhead> {
  const siteFile = findSiteFile("wifi");
  const options = { siteFile, ephemeral: true, links: PERFECT_LINK, signal };
  return useSite({ ...options, onProgress: output.progress }, async (site) => {
    const [thing] = (await fetchThings(site)).filter((one) => one.kind === "device");
    if (!thing) return { systemApiP50Ms: null, bindings: [], memory: [] };
    const client = await openClient(TIMEOUT_MS);
    const device = deviceIdOf(thing);
    const all = systemLegs(site);
    try {
      const legs: Leg[] = all.filter((leg) => leg.device === device);
      for (const variant of VARIANTS) legs.push(await deviceLeg(client, thing, variant));
      // One request each in turn: whatever else the machine does hits all of them alike.
      const common = { legs, blockRequests: 1, timeoutMs: TIMEOUT_MS, clock: systemClock, signal };
      output.progress("Servient overhead: warming up");
      await sample({ ...common, requests: WARM_UP_REQUESTS });
      let done = 0;
      const samples = await sample({
        ...common,
        requests,
        onSample: () => output.progress(`Servient overhead: ${++done} of ${4 * requests} requests`),
      });
      const names = [SYSTEM, ...VARIANTS.map(({ name }) => name)];
      const summaries = summarizeLegs(samples, [{ device, wsn: thing.wsn ?? "" }], names);
      return { ...overheadOf(summaries), memory: memoryOf(site) };
    } finally {
      for (const leg of all) leg.close();
      await client.stop();
      output.endProgress();
    }
  });
}

function overheadOf(summaries: readonly LegSummary[]): Omit<Overhead, "memory"> {
  const rows = rowsOf(summaries, VARIANTS);
  return {
    systemApiP50Ms: rows[0]?.systemApiP50Ms ?? null,
    bindings: rows.map((row) => ({
      binding: row.binding,
      invokeP50Ms: row.rttP50Ms,
      overheadP50Ms:
        row.rttP50Ms === null || row.systemApiP50Ms === null
          ? null
          : row.rttP50Ms - row.systemApiP50Ms,
      pairedOverheadP50Ms: row.overheadP50Ms,
      pdr: row.pdr,
    })),
  };
}

/** The fog nodes' own processes and their drivers; neither broker nor boards. */
function memoryOf(site: UsedSite): Overhead["memory"] {
  return site.info.nodes.flatMap(({ node }: NodeInfo) => {
    const parent = site.children.find((child) => child.name === node);
    if (parent?.pid === undefined) return [];
    const drivers = descendantsOf(parent.pid).map(({ pid, command }) => ({
      process: `${node} driver ${command.split("/").at(-1) ?? ""}`.trim(),
      pid,
    }));
    return [{ process: `${node} Servient`, pid: parent.pid }, ...drivers].map(
      ({ process: name, pid }) => ({
        process: name,
        residentMb: (residentBytes(pid) ?? 0) / 1024 / 1024,
      }),
    );
  });
}
