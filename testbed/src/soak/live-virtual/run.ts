import { loadSite } from "@fogwot/core";
import { type ChannelProfile, channelOfSite, createWorld, runVirtual } from "../../experiments";
import type { LivingSite } from "../site/living-site";
import type { SoakCheck } from "../soak";
import { type Agreement, agreements, meanOf } from "./agreement";
import { type LiveRuns, type LiveRunsOptions, liveRuns } from "./live-runs";
import { figuresOfLog, type SegmentFigures } from "./segment-figures";

export interface LiveVirtualOptions extends LiveRunsOptions {
  /** Virtual runs that the live ones are held against, 200 at least. */
  readonly seeds: number;
  /** Share of late slots above which nothing is concluded. */
  readonly mostLate: number;
}

export interface LiveVirtualFigures extends Omit<LiveRuns, "byPolicy"> {
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
  const { site, policies, slots, seeds, mostLate, onProgress } = options;
  const twin = twinOf(site);
  const { byPolicy, ...live } = await liveRuns(options);
  const figures: Record<string, LiveVirtualFigures["policies"][string]> = {};
  const checks: SoakCheck[] = [lateness(live, mostLate)];
  const isSound = checks[0]?.holds === true;
  for (const policy of policies) {
    onProgress(`${seeds} virtual runs of ${policy}`);
    const lived = byPolicy.get(policy) ?? [];
    const virtual = virtualRuns(twin, site, policy, slots, seeds);
    const found = agreements(lived, virtual);
    figures[policy] = {
      runs: lived.length,
      rttMs: meanOf(lived.map(({ rttMs }) => rttMs)),
      virtualRttMs: meanOf(virtual.map(({ rttMs }) => rttMs)),
      agreements: found,
    };
    // A machine that does not keep up says nothing about the model.
    if (isSound) checks.push(...found.map((one) => checkOf(policy, lived.length, one)));
  }
  return { figures: { ...live, policies: figures }, checks };
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

function lateness({ slots, lateSlots }: Omit<LiveRuns, "byPolicy">, mostLate: number): SoakCheck {
  const share = lateSlots / Math.max(1, slots);
  return {
    claim: `the machine keeps up: at most ${mostLate * 100} % of the slots begin late, or nothing is concluded`,
    holds: share <= mostLate && slots > 0,
    found: `${lateSlots} of ${slots}`,
  };
}

function checkOf(policy: string, runs: number, one: Agreement): SoakCheck {
  const { figure, live, mean, tolerance, agrees } = one;
  return {
    claim: `${policy}: ${figure} of ${runs} live runs agrees with the virtual ones`,
    holds: agrees,
    found: `${live.toFixed(4)}, wanted ${mean.toFixed(4)} ± ${tolerance.toFixed(4)}`,
  };
}
