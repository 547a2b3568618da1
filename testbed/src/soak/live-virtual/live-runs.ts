import { loadSite } from "@fogwot/core";
import type { PolicySwitch } from "../../site-run/policies";
import type { LivingSite } from "../site/living-site";
import { sensingStatus } from "../site/status";
import { until } from "../site/until";
import { type SegmentFigures, segmentFigures } from "./segment-figures";
import { type StoredRow, storedRows } from "./stored-rows";

export interface LiveRunsOptions {
  readonly site: LivingSite;
  readonly policies: readonly string[];
  /** Times that every policy is run. */
  readonly rounds: number;
  /** Of one run of one policy. */
  readonly slots: number;
  readonly onProgress: (text: string) => void;
  readonly signal: AbortSignal;
}

export interface LiveRuns {
  readonly byPolicy: ReadonlyMap<string, readonly SegmentFigures[]>;
  readonly slots: number;
  /** Slots that began more than half an interval after their place in the time grid. */
  readonly lateSlots: number;
}

/** Lets each policy begin from nothing, again and again, on one site that never stops sensing. */
export async function liveRuns(options: LiveRunsOptions): Promise<LiveRuns> {
  const { site, policies, rounds, slots, onProgress, signal } = options;
  const { mashup } = loadSite(site.siteFile);
  const { timeScale } = site.attached.info;
  const runMs = slots * mashup.intervalMs * timeScale;
  const segments: { policy: string; from: number }[] = [];
  let last = 0;
  for (let round = 1; round <= rounds && !signal.aborted; round++) {
    for (const policy of policies) {
      const change = { name: policy, carry: "none" };
      const { fromSlot } = await site.server.request<PolicySwitch>("PUT", "/api/policy", change);
      segments.push({ policy, from: fromSlot });
      last = fromSlot + slots;
      onProgress(`round ${round} of ${rounds}, ${policy}`);
      const done = async () => signal.aborted || (await sensingStatus(site)).slots >= last;
      await until(`${slots} slots by ${policy}`, done, 4 * runMs + 60_000);
      if (signal.aborted) break;
    }
  }
  await site.server.request("POST", "/api/sensing/stop");
  const rows = await storedRows(site.server);
  const wsnOf = new Map((await sensingStatus(site)).devices.map(({ id, wsn }) => [id, wsn]));
  const byPolicy = new Map<string, SegmentFigures[]>();
  for (const { policy, from } of segments) {
    const asked = rows.filter(({ slot }) => slot >= from && slot < from + slots);
    if ((asked.at(-1)?.slot ?? 0) < from + slots - 1) continue;
    const all = byPolicy.get(policy) ?? [];
    byPolicy.set(policy, [...all, segmentFigures(asked, slots, wsnOf)]);
  }
  return {
    byPolicy,
    slots: segments.length * slots,
    lateSlots: lateSlots(rows, mashup.intervalMs),
  };
}

function lateSlots(rows: readonly StoredRow[], intervalMs: number): number {
  let late = 0;
  for (const [i, { slot, tMs }] of rows.entries()) {
    const before = rows[i - 1];
    if (before && slot > before.slot && tMs - before.tMs > 1.5 * intervalMs) late++;
  }
  return late;
}
