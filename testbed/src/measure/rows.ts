import type { BindingName } from "@fogwot/core";
import { type LegName, type Sample, SYSTEM } from "./leg";
import { type Distribution, distribution, median, wilsonInterval } from "./statistics";
import type { Variant } from "./variant";
import type { VariantTraffic } from "./wire/traffic";

/** One line of the result. Times in ms, null where nothing succeeded. */
export interface MeasureRow {
  readonly device: string;
  readonly wsn: string;
  readonly binding: BindingName;
  /** `coap NON`; the binding's name where nothing is compared within a binding. */
  readonly variant: string;
  readonly requests: number;
  readonly rttP50Ms: number | null;
  readonly rttP90Ms: number | null;
  readonly rttP95Ms: number | null;
  readonly rttP99Ms: number | null;
  readonly pdr: number;
  /** Wilson, 95 %. */
  readonly pdrLow: number;
  readonly pdrHigh: number;
  /** Of the variant, all devices together; null where nothing could be counted. */
  readonly bytesPerRequest: number | null;
  readonly packetsPerRequest: number | null;
  /** The same device at its driver over IPC, with no WoT between; null where it has none. */
  readonly systemApiP50Ms: number | null;
  readonly systemApiPdr: number | null;
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
  /** RTT of every answered request, ascending. */
  readonly rttsMs: readonly number[];
  readonly pdr: number;
  readonly pdrInterval: readonly [number, number];
  /** Median of RTT less the driver's RTT of the same request. */
  readonly aboveDriverMs: number | null;
  readonly errors: Readonly<Record<string, number>>;
}

/** Sums samples up per device and leg, in the order given; a leg that a device lacks is left out. */
export function summarizeLegs(
  samples: readonly Sample[],
  devices: readonly { readonly device: string; readonly wsn: string }[],
  legs: readonly LegName[],
): LegSummary[] {
  return devices.flatMap(({ device, wsn }) =>
    legs.flatMap((leg) => {
      const own = samples.filter((one) => one.device === device && one.leg === leg);
      if (own.length === 0) return [];
      const answered = own.filter((one) => one.ok);
      const rttsMs = answered.flatMap((one) => one.rttMs ?? []).sort((a, b) => a - b);
      return {
        device,
        wsn,
        leg,
        requests: own.length,
        rtt: distribution(rttsMs),
        rttsMs,
        pdr: answered.length / own.length,
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

/** One row per device and variant, with the System API of the same device beside it. */
export function rowsOf(
  summaries: readonly LegSummary[],
  variants: readonly Variant[],
  traffic: ReadonlyMap<string, VariantTraffic> = new Map(),
): MeasureRow[] {
  return summaries.flatMap((summary) => {
    const { device, wsn, leg, requests, rtt, pdr, pdrInterval, aboveDriverMs, errors } = summary;
    const variant = variants.find(({ name }) => name === leg);
    if (!variant) return [];
    const system = summaries.find((one) => one.device === device && one.leg === SYSTEM);
    const below = system?.aboveDriverMs ?? null;
    const cost = traffic.get(variant.name);
    return {
      device,
      wsn,
      binding: variant.binding,
      variant: variant.name,
      requests,
      rttP50Ms: rtt?.p50 ?? null,
      rttP90Ms: rtt?.p90 ?? null,
      rttP95Ms: rtt?.p95 ?? null,
      rttP99Ms: rtt?.p99 ?? null,
      pdr,
      pdrLow: pdrInterval[0],
      pdrHigh: pdrInterval[1],
      bytesPerRequest: cost ? cost.bytes / cost.requests : null,
      packetsPerRequest: cost && cost.packets !== null ? cost.packets / cost.requests : null,
      systemApiP50Ms: system?.rtt?.p50 ?? null,
      systemApiPdr: system?.pdr ?? null,
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
