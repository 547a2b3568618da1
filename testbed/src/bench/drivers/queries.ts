import { PERFECT_LINK } from "@fogwot/core";
import { createDriverClient } from "@fogwot/fog";
import type { Output } from "../../cli/output";
import { SiteNotRunningError } from "../../errors";
import { distribution } from "../../measure/statistics";
import { findSiteFile } from "../../site-run/find-site";
import { useSite } from "../../site-run/use-site";
import type { DriverBench, DriverLeg } from "./driver-bench";

export interface QueriedSite {
  /** A shipped site, of which one fog node and its emulated boards are started. */
  readonly site: string;
  readonly node: string;
  readonly network: string;
}

const TIMEOUT_MS = 2_000;
const WARM_UP_REQUESTS = 50;

/**
 * One query after the other, round the devices of a network, at its driver process over IPC; the
 * driver's own figure counts, which leaves IPC out. Emulated links neither delay nor lose.
 */
export function queries({ site, node, network }: QueriedSite): DriverBench["measure"] {
  return (requests, output, signal) => {
    const siteFile = findSiteFile(site);
    const plan = { only: node, emulate: true };
    const options = { siteFile, ephemeral: true, links: PERFECT_LINK, plan, signal };
    return useSite({ ...options, onProgress: output.progress }, async ({ info }) => {
      const driver = info.nodes
        .flatMap(({ drivers }) => drivers)
        .find((one) => one.name === network);
      if (!driver) throw new SiteNotRunningError(siteFile);
      const client = createDriverClient({ ...driver.ipc, name: network });
      const ask = async (round: number): Promise<number | null> => {
        const device = driver.devices[round % driver.devices.length] ?? "";
        const reply = client.query(device, { op: "read" }, { timeoutMs: TIMEOUT_MS });
        // A failed request is counted, and says no more about how long one takes.
        return reply.then(
          ({ deviceRttMs }) => deviceRttMs,
          () => null,
        );
      };
      try {
        return await askAll(ask, requests, output, signal);
      } finally {
        client.close();
        output.endProgress();
      }
    });
  };
}

async function askAll(
  ask: (round: number) => Promise<number | null>,
  requests: number,
  output: Output,
  signal: AbortSignal,
): Promise<DriverLeg> {
  for (let round = 0; round < WARM_UP_REQUESTS; round++) await ask(round);
  const answered: number[] = [];
  for (let round = 0; round < requests; round++) {
    signal.throwIfAborted();
    const rttMs = await ask(round);
    if (rttMs !== null) answered.push(rttMs);
    output.progress(`driver leg: ${round + 1} of ${requests} queries`);
  }
  return { rtt: distribution(answered), failed: requests - answered.length };
}
