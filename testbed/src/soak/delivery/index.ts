import { systemClock } from "@fogwot/core";
import { wilsonInterval } from "../../measure/statistics";
import { createApiClient } from "../../site-run/api-client";
import { findSiteFile } from "../../site-run/find-site";
import { fetchServerStatus, type ServerStatus } from "../../site-run/server-status";
import { useSite } from "../../site-run/use-site";
import type { SoakDefinition } from "../soak";

const DEFAULT_FOR_MS = 10 * 60_000;
/** Real time per modelled time: 1,000 slots take a little over three minutes. */
const TIME_SCALE = 0.2;
const POLL_MS = 2_000;
/**
 * What the channel model delivers of a Wi-Fi board's queries: 30 % pass the filter, and of those
 * all but the bursts (the bad state holds 1 % of the time and loses half, the good state 0.3 %).
 */
const EXPECTED_PDR = 0.3 * (1 - (0.003 * (0.5 / 0.505) + 0.5 * (0.005 / 0.505)));

/** The factory senses at five times its speed: every slot is stored, delivery is the model's. */
export const soak: SoakDefinition = {
  title: "the factory senses on: no slot lost, delivery as modelled (--for, 10 minutes by default)",
  run: ({ forMs = DEFAULT_FOR_MS }, output, signal) => {
    const siteFile = findSiteFile("factory");
    const options = {
      siteFile,
      ephemeral: true,
      plan: { timeScale: TIME_SCALE, policy: "P0" },
      signal,
    };
    return useSite({ ...options, onProgress: output.progress }, async ({ info, server }) => {
      if (!server || !info.server) return [];
      await createApiClient(info.server.url, info.token).request("POST", "/api/sensing/start");
      const endMs = systemClock.monotonicMs() + forMs;
      let status: ServerStatus = await fetchServerStatus(server);
      while (systemClock.monotonicMs() < endMs && !signal.aborted) {
        await systemClock.sleep(Math.min(POLL_MS, Math.max(0, endMs - systemClock.monotonicMs())));
        status = await fetchServerStatus(server);
        output.progress(`${status.slots} slots, ${status.store.rows} rows`);
      }
      await server.request("POST", "/api/sensing/stop");
      const csv = await (await server.open("GET", "/api/outcomes?format=csv")).text();
      const rows = csv.trimEnd().split("\n").slice(1);
      output.endProgress();
      return checksOf(rows);
    });
  },
};

const SLOT_COLUMN = 3;
const OK_COLUMN = 11;

function checksOf(rows: readonly string[]) {
  const cells = rows.map((row) => row.split(","));
  const slots = new Set(cells.map((row) => Number(row[SLOT_COLUMN])));
  const highest = Math.max(0, ...slots);
  const answered = cells.filter((row) => row[OK_COLUMN] === "true").length;
  const [low, high] = wilsonInterval(answered, rows.length);
  // Five times the interval: one run in thousands fails by chance, a wrong model always does.
  const spread = 2.5 * (high - low);
  const pdr = answered / Math.max(1, rows.length);
  return [
    {
      claim: "every slot is stored",
      holds: highest > 0 && slots.size === highest,
      found: `${slots.size} of ${highest} slots, ${rows.length} rows`,
    },
    {
      claim: "delivery is the channel model's",
      holds: Math.abs(pdr - EXPECTED_PDR) < spread,
      found: `PDR ${pdr.toFixed(4)}, modelled ${EXPECTED_PDR.toFixed(4)} ± ${spread.toFixed(4)}`,
    },
  ];
}
