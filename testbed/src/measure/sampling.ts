import { type Clock, WaitTimeoutError } from "@fogwot/core";
import { errorCode, type Leg, type Sample } from "./leg";

export interface SamplingOptions {
  readonly legs: readonly Leg[];
  /** Per device and leg. */
  readonly requests: number;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onSample?: (sample: Sample) => void;
}

/** A late answer is a loss at `timeoutMs`; what has not even failed by then is given up here. */
const GIVE_UP_MARGIN_MS = 1_000;

/**
 * Asks every device over every leg, devices in parallel, one request per device at a time. The
 * legs of a device take turns, and who begins moves on each round, so that drift and bursts hit
 * all of them alike.
 */
export async function sample(options: SamplingOptions): Promise<Sample[]> {
  const devices = [...new Set(options.legs.map((leg) => leg.device))];
  const perDevice = await Promise.all(
    devices.map((device) =>
      sampleDevice(
        options.legs.filter((leg) => leg.device === device),
        options,
      ),
    ),
  );
  return perDevice.flat();
}

async function sampleDevice(legs: readonly Leg[], options: SamplingOptions): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (let round = 0; round < options.requests; round++) {
    for (let turn = 0; turn < legs.length; turn++) {
      const leg = legs[(round + turn) % legs.length];
      if (!leg || options.signal.aborted) return samples;
      const one = await askOnce(leg, round, options);
      samples.push(one);
      options.onSample?.(one);
    }
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

function within<T>(promise: Promise<T>, limitMs: number, clock: Clock): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.schedule(limitMs, () =>
      reject(new WaitTimeoutError("the answer", limitMs)),
    );
    promise.then(resolve, reject).finally(cancel);
  });
}
