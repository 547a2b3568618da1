import { standardDeviation } from "../../measure/statistics";
import { pdrOf, rttOf } from "../analysis/metrics";
import type { RunTrack } from "../analysis/run-track";
import { type Estimate, mean, meanInterval } from "../analysis/statistics";
import { byNetwork, type Kpis, kpisOf } from "./kpis";
import {
  type Band,
  type MetricName,
  PLATEAU_FROM,
  type Quantity,
  REFERENCE,
  RUN_SLOTS,
  SWITCH_SEGMENTS,
  SWITCH_WINDOWS,
  strictBand,
} from "./reference";

/** One line of the pass/fail table. */
export interface Check {
  readonly policy: string;
  readonly what: string;
  readonly quantity: Quantity;
  readonly got: Estimate;
  readonly band: Band;
  readonly passes: boolean;
}

/** Runs by the label of their policy; a label that is missing is not checked. */
export type PaperRuns = Readonly<Record<string, readonly RunTrack[]>>;

const TITLES: Readonly<Record<MetricName, readonly [string, Quantity]>> = {
  rttAll: ["RTT, all slots", "rtt"],
  pdrAll: ["PDR, all slots", "pdr"],
  rtt: ["RTT, plateau", "rtt"],
  pdr: ["PDR, plateau", "pdr"],
  convRtt: ["convergence of RTT", "slot"],
  convPdr: ["convergence of PDR", "slot"],
};

/** Every strict band of reference section 3.1 that the runs have something to say about. */
export function acceptance(runs: PaperRuns): Check[] {
  return [...policyChecks(runs), ...switchChecks(runs.SWITCH ?? []), ...orderChecks(runs)];
}

function policyChecks(runs: PaperRuns): Check[] {
  return Object.keys(REFERENCE).flatMap((policy) => {
    const tracks = runs[policy] ?? [];
    return checksOf(
      policy,
      policy,
      tracks,
      tracks.map((track) => paperKpis(track)),
    );
  });
}

/** Figures of a whole run, its plateau as in the paper. */
export function paperKpis(track: RunTrack): Kpis {
  return kpisOf(track, { from: 1, to: track.slots }, PLATEAU_FROM - 1);
}

function switchChecks(tracks: readonly RunTrack[]): Check[] {
  if (tracks.length === 0) return [];
  const segments = SWITCH_SEGMENTS.flatMap(({ policy, after }) => {
    const run = { from: after + 1, to: after + RUN_SLOTS };
    const kpis = tracks.map((track) => kpisOf(track, run, PLATEAU_FROM - 1));
    return checksOf(`SWITCH, ${policy}`, policy, tracks, kpis);
  });
  const windows = SWITCH_WINDOWS.flatMap(({ slot, rttMs, pdr }) => {
    const window = { from: slot - 99, to: slot };
    const what = `slots ${window.from}–${window.to}`;
    return [
      windowCheck(
        `RTT, ${what}`,
        "rtt",
        tracks.map((track) => rttOf(track, window)),
        rttMs,
      ),
      windowCheck(
        `PDR, ${what}`,
        "pdr",
        tracks.map((track) => pdrOf(track, window)),
        pdr,
      ),
    ];
  });
  return [...segments, ...windows];
}

function checksOf(
  label: string,
  policy: string,
  tracks: readonly RunTrack[],
  kpis: readonly Kpis[],
): Check[] {
  const reference = REFERENCE[policy];
  const devices = tracks[0]?.devices;
  if (!reference || !devices) return [];
  const metrics = Object.entries(reference.metrics).map(([name, value]) => {
    const metric = name as MetricName;
    const [what, quantity] = TITLES[metric];
    const values = kpis.map((one) => one[metric]);
    return check(label, what, quantity, values, strictBand(value, quantity, kpis.length));
  });
  const shares = kpis.map(({ utilisation }) => byNetwork(utilisation, devices));
  const used = Object.entries(reference.utilisation).map(([wsn, value]) =>
    check(
      label,
      `utilisation, ${wsn}`,
      "utilisation",
      shares.map((share) => share.get(wsn) ?? Number.NaN),
      strictBand(value, "utilisation", kpis.length),
    ),
  );
  return [...metrics, ...used];
}

/** The reference names no spread of these windows: that of the runs at hand stands in. */
function windowCheck(
  what: string,
  quantity: Quantity,
  values: readonly number[],
  reference: number,
): Check {
  const sd = standardDeviation(values.filter(Number.isFinite)) ?? 0;
  const band = strictBand({ mean: reference, sd }, quantity, values.length);
  return check("SWITCH", what, quantity, values, band);
}

function check(
  policy: string,
  what: string,
  quantity: Quantity,
  values: readonly number[],
  band: Band,
): Check {
  const got = meanInterval(values);
  return {
    policy,
    what,
    quantity,
    got,
    band,
    passes: got.value >= band.low && got.value <= band.high,
  };
}

/** P1 < P0 < P3 < P2 in RTT and in PDR, and P1's RTT a fixed share of P0's. */
function orderChecks(runs: PaperRuns): Check[] {
  const kpis = new Map(
    ["P0", "P1", "P2", "P3"].map((name) => [name, (runs[name] ?? []).map(paperKpis)] as const),
  );
  if ([...kpis.values()].some(({ length }) => length === 0)) return [];
  const average = (name: string, metric: MetricName): number =>
    mean((kpis.get(name) ?? []).map((one) => one[metric]));
  const order = ["P1", "P0", "P3", "P2"];
  const steps = (["rttAll", "pdrAll"] as const).flatMap((metric) =>
    order.slice(1).map((above, index): Check => {
      const below = order[index] as string;
      const value = average(above, metric) - average(below, metric);
      const quantity = TITLES[metric][1];
      return {
        policy: "order",
        what: `${quantity === "rtt" ? "RTT" : "PDR"}, ${above} − ${below}`,
        quantity,
        got: { value, low: value, high: value },
        band: { low: 0, high: Number.POSITIVE_INFINITY },
        passes: value > 0,
      };
    }),
  );
  const ratio = average("P1", "rttAll") / average("P0", "rttAll");
  return [
    ...steps,
    {
      policy: "order",
      what: "RTT, P1 ÷ P0",
      quantity: "utilisation",
      got: { value: ratio, low: ratio, high: ratio },
      band: { low: 0.6, high: 0.66 },
      passes: ratio >= 0.6 && ratio <= 0.66,
    },
  ];
}
