import type { Clock } from "@fogwot/core";
import { errorCode, type Leg, type Sample } from "./leg";
import { within } from "./within";

export interface SamplingOptions {
  /** Two legs of one device and name ask it side by side. */
  readonly legs: readonly Leg[];
  /** Per leg. */
  readonly requests: number;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Requests of a leg before the next name has its turn. @default 10 */
  readonly blockRequests?: number;
  readonly onSample?: (sample: Sample) => void;
  /** Wrapped around each block of one name's requests: counts what they cost. */
  readonly metered?: Metered;
}

export type Metered = (name: string, block: () => Promise<Sample[]>) => Promise<Sample[]>;

/** A late answer is a loss at `timeoutMs`; what has not even failed by then is given up here. */
const GIVE_UP_MARGIN_MS = 1_000;
const BLOCK_REQUESTS = 10;

/**
 * Asks over every leg. Legs of one name, whichever devices they ask, work in parallel, each one
 * request at a time; the names take turns, block by block, and who begins moves on each time, so
 * that drift hits all of them alike while what one name's block costs can still be counted.
 */
export async function sample(options: SamplingOptions): Promise<Sample[]> {
  const { legs, requests, signal, blockRequests = BLOCK_REQUESTS } = options;
  const { metered = (_name, block) => block() } = options;
  const names = [...new Set(legs.map((leg) => leg.name))];
  const samples: Sample[] = [];
  for (let from = 0, turn = 0; from < requests; from += blockRequests, turn++) {
    const to = Math.min(requests, from + blockRequests);
    for (let place = 0; place < names.length; place++) {
      if (signal.aborted) return samples;
      const name = names[(turn + place) % names.length] ?? "";
      const own = legs.filter((leg) => leg.name === name);
      const block = async (): Promise<Sample[]> =>
        (await Promise.all(own.map((leg) => askInTurn(leg, from, to, options)))).flat();
      samples.push(...(await metered(name, block)));
    }
  }
  return samples;
}

async function askInTurn(
  leg: Leg,
  from: number,
  to: number,
  options: SamplingOptions,
): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (let round = from; round < to && !options.signal.aborted; round++) {
    const one = await askOnce(leg, round, options);
    samples.push(one);
    options.onSample?.(one);
  }
  return samples;
}

async function askOnce(leg: Leg, round: number, options: SamplingOptions): Promise<Sample> {
  const { clock, timeoutMs } = options;
  const timestampMs = clock.now();
  const startMs = clock.monotonicMs();
  const facts = { device: leg.device, leg: leg.name, round, timestampMs };
  try {
    const deviceRttMs = await within(leg.ask(timeoutMs), timeoutMs + GIVE_UP_MARGIN_MS, clock);
    const rttMs = clock.monotonicMs() - startMs;
    if (rttMs > timeoutMs) {
      return { ...facts, ok: false, rttMs: null, deviceRttMs, error: "LATE" };
    }
    return { ...facts, ok: true, rttMs, deviceRttMs, error: null };
  } catch (error) {
    return { ...facts, ok: false, rttMs: null, deviceRttMs: null, error: errorCode(error) };
  }
}
