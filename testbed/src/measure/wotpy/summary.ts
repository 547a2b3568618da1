import type { BindingName } from "@fogwot/core";
import { type Distribution, distribution, standardDeviation, wilsonInterval } from "../statistics";
import type { Variant } from "../variant";
import type { VariantTraffic } from "../wire/traffic";
import { type Order, type Outcome, VERBS, type Verb } from "./outcome";

/** One line of the result: one verb over one variant. Times in ms, null where nothing succeeded. */
export interface WotpyRow {
  readonly verb: Verb;
  readonly binding: BindingName;
  readonly variant: string;
  /** Requests sent; of events, those emitted. */
  readonly total: number;
  readonly received: number;
  readonly successRatio: number;
  /** Wilson, 95 %. */
  readonly successLow: number;
  readonly successHigh: number;
  /** 1 - received/total. */
  readonly loss: number;
  readonly meanMs: number | null;
  readonly medianMs: number | null;
  readonly stdMs: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  /** Of events alone. */
  readonly disordered: number | null;
  readonly duplicates: number | null;
  /** Everything that passed while the verb was tried; null where nothing could be counted. */
  readonly capturedBytes: number | null;
  readonly bytesPerInteraction: number | null;
  readonly packetsPerInteraction: number | null;
  readonly errors: Readonly<Record<string, number>>;
}

export interface WotpySummary {
  readonly row: WotpyRow;
  readonly latency: Distribution | null;
  /** Ascending. */
  readonly latenciesMs: readonly number[];
}

/** Key of a verb over a variant, in maps. */
export function cellKey(verb: Verb, variant: string): string {
  return `${verb} ${variant}`;
}

/** One summary per verb and variant, in that order. */
export function summarizeWotpy(
  outcomes: readonly Outcome[],
  variants: readonly Variant[],
  orders: ReadonlyMap<string, Order>,
  traffic: ReadonlyMap<string, VariantTraffic>,
): WotpySummary[] {
  return VERBS.flatMap((verb) =>
    variants.flatMap((variant) => {
      const own = outcomes.filter((one) => one.verb === verb && one.variant === variant.name);
      if (own.length === 0) return [];
      const key = cellKey(verb, variant.name);
      return summarize(verb, variant, own, orders.get(key), traffic.get(key));
    }),
  );
}

function summarize(
  verb: Verb,
  { name, binding }: Variant,
  outcomes: readonly Outcome[],
  order: Order | undefined,
  cost: VariantTraffic | undefined,
): WotpySummary {
  const latenciesMs = outcomes.flatMap(({ latencyMs }) => latencyMs ?? []).sort((a, b) => a - b);
  const latency = distribution(latenciesMs);
  const total = outcomes.length;
  const received = outcomes.filter(({ ok }) => ok).length;
  const [successLow, successHigh] = wilsonInterval(received, total);
  const packets = cost?.packets ?? null;
  const row: WotpyRow = {
    ...{ verb, binding, variant: name, total, received, successLow, successHigh },
    successRatio: received / total,
    loss: 1 - received / total,
    meanMs: latency?.mean ?? null,
    medianMs: latency?.p50 ?? null,
    stdMs: standardDeviation(latenciesMs),
    p95Ms: latency?.p95 ?? null,
    p99Ms: latency?.p99 ?? null,
    disordered: order?.disordered ?? null,
    duplicates: order?.duplicates ?? null,
    capturedBytes: cost?.bytes ?? null,
    bytesPerInteraction: cost ? cost.bytes / cost.requests : null,
    packetsPerInteraction: cost && packets !== null ? packets / cost.requests : null,
    errors: countErrors(outcomes),
  };
  return { row, latency, latenciesMs };
}

function countErrors(outcomes: readonly Outcome[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { error } of outcomes) if (error !== null) counts[error] = (counts[error] ?? 0) + 1;
  return counts;
}
