import { randomUUID } from "node:crypto";
import { deferred } from "@fogwot/core";
import type { ConsumedThing } from "../../things/wot-types";
import type { BurstEvent } from "../../wotpy/burst";
import { errorCode } from "../leg";
import { within } from "../within";
import type { AskContext, Asked } from "./asked";
import type { Order, Outcome } from "./outcome";
import { lost } from "./round-trips";

type InteractionOutput = Parameters<Parameters<ConsumedThing["subscribeEvent"]>[1]>[0];

export interface BurstSettings {
  readonly total: number;
  /** Events per second. */
  readonly lambd: number;
}

export interface BurstResult {
  readonly outcomes: readonly Outcome[];
  readonly order: Order;
}

/** How long a burst can be expected to take, generously: exponential gaps vary. */
export function burstLimitMs({ total, lambd }: BurstSettings): number {
  return (2_000 * total) / lambd + 2_000;
}

/** Subscribes, starts a burst, and waits until all events have come or none can be awaited any more. */
export async function burst(
  { thing, starter, variant }: Asked,
  { timeoutMs, clock, preciseNow, signal }: AskContext,
  settings: BurstSettings,
): Promise<BurstResult> {
  const id = randomUUID();
  const arrivals: Arrival[] = [];
  const done = deferred<void>();
  const end = (): void => done.resolve();
  signal.addEventListener("abort", end, { once: true });
  const quietMs = timeoutMs + (10 * 1_000) / settings.lambd;
  let cancelQuiet = (): void => undefined;
  const stillWaiting = (): void => {
    cancelQuiet();
    cancelQuiet = clock.schedule(quietMs, end);
  };
  const seen = new Set<number>();
  const timestampMs = clock.now();
  let failure = "NOT_RECEIVED";
  try {
    const take = async (arrivedMs: number, data: InteractionOutput): Promise<void> => {
      const event = (await data.value()) as unknown as BurstEvent | undefined;
      if (event?.id !== id) return;
      stillWaiting();
      arrivals.push({ index: event.index, latencyMs: arrivedMs - event.timeEmission });
      if (seen.add(event.index).size === settings.total) end();
    };
    const subscribing = thing.subscribeEvent("burstEvent", (data) => {
      take(preciseNow(), data).catch((error: unknown) => {
        // What was received, but is no event as the Thing describes it, is lost to a mash-up.
        failure = errorCode(error);
      });
    });
    const subscription = await within(subscribing, burstLimitMs(settings), clock);
    stillWaiting();
    starter.invokeAction("startEventBurst", { id, ...settings }).catch((error: unknown) => {
      failure = errorCode(error);
    });
    await within(done.promise, burstLimitMs(settings) + quietMs, clock);
    await within(subscription.stop(), timeoutMs, clock);
  } catch (error) {
    failure = errorCode(error);
  } finally {
    cancelQuiet();
    signal.removeEventListener("abort", end);
  }
  const facts = { verb: "subscribeevent", variant: variant.name, batch: 0, timestampMs } as const;
  const outcomes = Array.from({ length: settings.total }, (_, index): Outcome => {
    const first = arrivals.find((arrival) => arrival.index === index);
    if (!first) return lost({ ...facts, index }, failure);
    return { ...facts, index, ok: true, latencyMs: first.latencyMs, error: null };
  });
  return { outcomes, order: orderOf(arrivals.map(({ index }) => index)) };
}

interface Arrival {
  readonly index: number;
  readonly latencyMs: number;
}

/** @param indexes in the order of arrival */
export function orderOf(indexes: readonly number[]): Order {
  const seen = new Set<number>();
  let disordered = 0;
  let duplicates = 0;
  indexes.forEach((index, at) => {
    if (seen.has(index)) duplicates++;
    else if (index < (indexes[at - 1] ?? -1)) disordered++;
    seen.add(index);
  });
  return { disordered, duplicates };
}
