import type { BindingName } from "@fogwot/core";
import type { LegName, Sample } from "./leg";
import { type Distribution, distribution, median, wilsonInterval } from "./statistics";

/** One line of the result. Times in ms, null where nothing succeeded. */
export interface MeasureRow {
  readonly device: string;
  readonly wsn: string;
  readonly binding: BindingName;
  readonly requests: number;
  readonly rttP50Ms: number | null;
  readonly rttP95Ms: number | null;
  readonly rttP99Ms: number | null;
  readonly pdr: number;
  /** The same device at its driver over IPC, with no WoT between. */
  readonly systemApiP50Ms: number | null;
  readonly systemApiPdr: number;
  /**
   * What Servient and binding add: the median of RTT less the driver's own RTT of the same request,
   * less the same median at the System API. Comparing within requests cancels the radio's spread.
   */
  readonly overheadP50Ms: number | null;
  /** Lost requests by error code. */
  readonly errors: Readonly<Record<string, number>>;
}

/** A row's distribution, for plots. */
export interface LegSummary {
  readonly device: string;
  readonly wsn: string;
  readonly leg: LegName;
  readonly requests: number;
  readonly rtt: Distribution | null;
  readonly pdr: number;
  readonly pdrInterval: readonly [number, number];
  /** Median of RTT less the driver's RTT of the same request. */
  readonly aboveDriverMs: number | null;
  readonly errors: Readonly<Record<string, number>>;
}

/** Sums samples up per device and leg, in the order given. */
export function summarizeLegs(
  samples: readonly Sample[],
  devices: readonly { readonly device: string; readonly wsn: string }[],
  legs: readonly LegName[],
): LegSummary[] {
  return devices.flatMap(({ device, wsn }) =>
    legs.map((leg) => {
      const own = samples.filter((one) => one.device === device && one.leg === leg);
      const answered = own.filter((one) => one.ok);
      return {
        device,
        wsn,
        leg,
        requests: own.length,
        rtt: distribution(answered.flatMap((one) => one.rttMs ?? [])),
        pdr: own.length === 0 ? 0 : answered.length / own.length,
        pdrInterval: wilsonInterval(answered.length, own.length),
        aboveDriverMs: median(
          answered.flatMap(({ rttMs, deviceRttMs }) =>
            rttMs === null || deviceRttMs === null ? [] : [rttMs - deviceRttMs],
          ),
        ),
        errors: countErrors(own),
      };
    }),
  );
}

/** One row per device and binding, with the System API of the same device beside it. */
export function rowsOf(summaries: readonly LegSummary[]): MeasureRow[] {
  return summaries.flatMap(({ device, wsn, leg, requests, rtt, pdr, aboveDriverMs, errors }) => {
    if (leg === "system") return [];
    const system = summaries.find((one) => one.device === device && one.leg === "system");
    const below = system?.aboveDriverMs ?? null;
    return {
      device,
      wsn,
      binding: leg,
      requests,
      rttP50Ms: rtt?.p50 ?? null,
      rttP95Ms: rtt?.p95 ?? null,
      rttP99Ms: rtt?.p99 ?? null,
      pdr,
      systemApiP50Ms: system?.rtt?.p50 ?? null,
      systemApiPdr: system?.pdr ?? 0,
      overheadP50Ms: aboveDriverMs === null || below === null ? null : aboveDriverMs - below,
      errors,
    };
  });
}

function countErrors(samples: readonly Sample[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { error } of samples) {
    if (error !== null) counts[error] = (counts[error] ?? 0) + 1;
  }
  return counts;
}
