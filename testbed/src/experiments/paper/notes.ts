import { ensembleConvergence, mostAsked, poolRuns } from "../analysis/ensemble";
import type { RunTrack } from "../analysis/run-track";
import { mean } from "../analysis/statistics";
import type { PaperRuns } from "./acceptance";
import { paperKpis } from "./acceptance";
import { PLATEAU_FROM, RUN_SLOTS } from "./reference";

/** What the paper says, what its own parameters give, from the runs at hand. */
export interface Note {
  readonly title: string;
  readonly text: string;
}

const PLATEAU = { from: PLATEAU_FROM, to: RUN_SLOTS };

export function paperNotes(runs: PaperRuns): Note[] {
  const { P1 = [], P2 = [], P3 = [] } = runs;
  if (P1.length === 0) return [];
  return [
    convergenceNote({ P1, P2, P3 }),
    plateauNote(P1),
    silentSlotsNote(P1),
    {
      title: "P0 is called energy-aware",
      text: "It equalises how often devices are asked, not what asking costs them: with unequal energy per request they do not discharge at the same rate. P6 is the battery-aware form.",
    },
  ];
}

/** Slot at which ε reaches its floor: 0.8 · 0.97^(n−1) < 0.1. */
const FLOOR_SLOT = 70;

function convergenceNote(
  learners: Readonly<Record<"P1" | "P2" | "P3", readonly RunTrack[]>>,
): Note {
  const settled = Object.entries(learners)
    .filter(([, tracks]) => tracks.length > 0)
    .map(([policy, tracks]) => {
      const { best } = ensembleConvergence(poolRuns(tracks), tracks[0]?.m ?? 1, PLATEAU);
      return `${policy} ${best ?? "later"}`;
    });
  const single = mean(learners.P1.map((track) => paperKpis(track).convRtt).filter(Number.isFinite));
  return {
    title: "“After time-slot 1000 the RL algorithm has discovered the optimal set”",
    text:
      `ε falls to its floor of 0.1 in slot ${FLOOR_SLOT}, and with it the learning ends: over all seeds the share of requests to the best devices has settled at slot ${settled.join(", ")}. ` +
      `Seen in single runs, P1's trailing 100-slot RTT is within 5 % of its plateau from slot ${single.toFixed(0)} on (it cannot be before slot 100). Slot 1000 is a safe place to look, not a time constant of the algorithm.`,
  };
}

function plateauNote(tracks: readonly RunTrack[]): Note {
  const [first] = tracks;
  const m = first?.m ?? 1;
  const pooled = poolRuns(tracks);
  const best = new Set(mostAsked(pooled, m, PLATEAU));
  let [requests, elsewhere, replies, repliesElsewhere] = [0, 0, 0, 0];
  for (const track of tracks) {
    for (let pick = (PLATEAU.from - 1) * m; pick < track.picks.length; pick++) {
      const isElsewhere = !best.has(track.picks[pick] as number);
      requests++;
      if (isElsewhere) elsewhere++;
      if (track.ok[pick] !== 1) continue;
      replies++;
      if (isElsewhere) repliesElsewhere++;
    }
  }
  const sums = [...best].reduce(
    (sum, d) => {
      for (const { byDevice } of tracks) {
        sum.rttMs += byDevice.rttSumMs[d] as number;
        sum.replies += byDevice.replies[d] as number;
      }
      return sum;
    },
    { rttMs: 0, replies: 0 },
  );
  const rttMs = mean(tracks.map((track) => paperKpis(track).rtt));
  const names = [...best].map((d) => first?.devices[d]?.id).join(", ");
  return {
    title: "P1's plateau lies above the delay of the devices it prefers",
    text:
      `P1 settles at ${rttMs.toFixed(1)} ms, yet the devices it asks most (${names}) answer after ${(sums.rttMs / sums.replies).toFixed(1)} ms on average. ` +
      `Only ${percent(elsewhere / requests)} of its requests go elsewhere, but those are answered, while the preferred devices lose most: they supply ${percent(repliesElsewhere / replies)} of all replies, and RTT is a mean over replies. A matter of definition, not of the policy.`,
  };
}

function silentSlotsNote(tracks: readonly RunTrack[]): Note {
  const silent = tracks.map(
    ({ replies }) =>
      replies.subarray(PLATEAU.from - 1).filter((count) => count === 0).length /
      (RUN_SLOTS - PLATEAU.from + 1),
  );
  return {
    title: "Slots without any reply",
    text: `Under P1 ${percent(mean(silent))} of the plateau's slots bring no reply at all. Such a slot has no RTT: a mean of per-slot means is undefined there, so every RTT in this report is a sum over replies divided by their number.`,
  };
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
