import { loadSite } from "@fogwot/core";
import { type ChannelProfile, channelOfSite, createWorld, runVirtual } from "../../experiments";
import type { LivingSite } from "../site/living-site";
import type { SoakCheck } from "../soak";
import { type Agreement, agreements, meanOf } from "./agreement";
import { type LiveRuns, type LiveRunsOptions, liveRuns } from "./live-runs";
import { figuresOfLog, type SegmentFigures } from "./segment-figures";
import { spikeShare } from "./spikes";

export interface LiveVirtualOptions extends LiveRunsOptions {
  /** Virtual runs that the live ones are held against, 200 at least. */
  readonly seeds: number;
  /** What nothing is concluded above. */
  readonly limits: MachineLimits;
}

/** How much of its own a machine may have in what is measured. */
export interface MachineLimits {
  /** Share of slots that begin late. */
  readonly lateShare: number;
  /** By how much the mean round trip may be longer than the modelled one, unscaled ms. */
  readonly addedMs: number;
  /** Share of replies that are slower than their links make them. */
  readonly spikeShare: number;
}

export interface LiveVirtualFigures extends Omit<LiveRuns, "byPolicy"> {
  /** What machine and programs add to the modelled round trips, unscaled ms: by round robin, whose mix is fixed. */
  readonly addedMs: number;
  readonly spikeShare: number;
  readonly policies: Readonly<
    Record<
      string,
      { readonly runs: number; readonly rttMs: number; readonly virtualRttMs: number } & {
        readonly agreements: readonly Agreement[];
      }
    >
  >;
}

/** Runs policies on a living site and on its virtual twin, and holds the one against the other. */
export async function runLiveVirtual(
  options: LiveVirtualOptions,
): Promise<{ figures: LiveVirtualFigures; checks: SoakCheck[] }> {
  const { site, policies, slots, seeds, limits, onProgress } = options;
  const twin = twinOf(site);
  const { byPolicy, ...live } = await liveRuns(options);
  const figures: Record<string, LiveVirtualFigures["policies"][string]> = {};
  let modelled: readonly SegmentFigures[] = [];
  for (const policy of policies) {
    onProgress(`${seeds} virtual runs of ${policy}`);
    const lived = byPolicy.get(policy) ?? [];
    const virtual = virtualRuns(twin, site, policy, slots, seeds);
    if (policy === "P0" || modelled.length === 0) modelled = virtual;
    figures[policy] = {
      runs: lived.length,
      rttMs: meanOf(lived.map(({ rttMs }) => rttMs)),
      virtualRttMs: meanOf(virtual.map(({ rttMs }) => rttMs)),
      agreements: agreements(lived, virtual),
    };
  }
  const { rttMs = Number.NaN, virtualRttMs = Number.NaN } = figures.P0 ?? {};
  const addedMs = rttMs - virtualRttMs;
  const spikes = spikeShare([...byPolicy.values()].flat(), modelled, addedMs);
  const all = { ...live, addedMs, spikeShare: spikes, policies: figures };
  const sound = soundness(all, limits);
  // A machine that does not keep up says nothing about the model.
  const found = Object.entries(figures).flatMap(([policy, { runs, agreements: ones }]) =>
    ones.map((one) => checkOf(policy, runs, one)),
  );
  return { figures: all, checks: [...sound, ...(isSound(all, limits) ? found : [])] };
}

/** The site's own board links, of the devices that are sensed: base − 10 as its emulation file says. */
function twinOf({ siteFile }: LivingSite): ChannelProfile {
  const twin = channelOfSite(siteFile);
  const { devices: wanted } = loadSite(siteFile).mashup;
  const devices = twin.devices.filter(({ id }) => !wanted || wanted.includes(id));
  return { ...twin, devices };
}

function virtualRuns(
  channel: ChannelProfile,
  { siteFile }: LivingSite,
  policy: string,
  slots: number,
  seeds: number,
): SegmentFigures[] {
  const { m, timeoutMs, intervalMs } = loadSite(siteFile).mashup;
  return Array.from({ length: seeds }, (_, index) => {
    const seed = index + 1;
    const world = createWorld({ channel, seed, slots });
    return figuresOfLog(
      runVirtual({ world, policy, m, timeoutMs, intervalMs, seed, run: "twin", slots }),
    );
  });
}

/** Whether anything may be concluded from the figures. */
export function isSound(
  figures: Omit<LiveVirtualFigures, "policies">,
  limits: MachineLimits,
): boolean {
  return soundness(figures, limits).every(({ holds }) => holds);
}

/** Whether the machine lets the links alone decide; nothing is concluded otherwise. */
function soundness(
  { slots, lateSlots, addedMs, spikeShare: spikes }: Omit<LiveVirtualFigures, "policies">,
  limits: MachineLimits,
): SoakCheck[] {
  return [
    {
      claim: `the machine keeps up: at most ${limits.lateShare * 100} % of the slots begin late`,
      holds: lateSlots <= slots * limits.lateShare && slots > 0,
      found: `${lateSlots} of ${slots}`,
    },
    {
      claim: `round trips are the links' own: at most ${limits.addedMs} ms are added`,
      holds: addedMs <= limits.addedMs,
      found: `${addedMs.toFixed(1)} ms`,
    },
    {
      claim: `at most ${limits.spikeShare * 100} % of the replies are slower than their links make them`,
      holds: spikes <= limits.spikeShare,
      found: `${(100 * spikes).toFixed(2)} %`,
    },
  ];
}

function checkOf(policy: string, runs: number, one: Agreement): SoakCheck {
  const { figure, live, mean, tolerance, agrees } = one;
  return {
    claim: `${policy}: ${figure} of ${runs} live runs agrees with the virtual ones`,
    holds: agrees,
    found: `${live.toFixed(4)}, wanted ${mean.toFixed(4)} ± ${tolerance.toFixed(4)}`,
  };
}
