import { createRng, InputError } from "@fogwot/core";
import type { RunLog } from "../run-log";
import type { World } from "../world";

export interface TraceWorldOptions {
  /** Recorded outcomes, of a live run or of a virtual one. */
  readonly log: RunLog;
  /** Of the resampling of what was not asked. */
  readonly seed: number;
  /** How many recorded outcomes around a slot stand for it. @default 20 */
  readonly nearest?: number;
}

/**
 * A world from what a run recorded. A device's outcome in a slot that asked it is the recorded
 * one; in any other slot it is one of the `nearest` recorded outcomes of that device around it,
 * drawn at random with the seed.
 *
 * The assumption behind it: a link answers the same whoever asks, and changes more slowly than the
 * log looks at it. A device asked in every slot is replayed exactly; one asked rarely is blurred
 * over the slots between. `truth` is estimated from the same outcomes.
 * @throws InputError for a log with a device that was never asked
 */
export function traceWorld({ log, seed, nearest = 20 }: TraceWorldOptions): World {
  const { slots, devices } = log;
  const records = recordsOf(log);
  const width = devices.length;
  const outcomes = new Float64Array(slots * width);
  const around = devices.map(({ id }, d) => {
    const own = records[d] as Records;
    if (own.slots.length === 0) {
      const wanted = "at least one recorded outcome of every device";
      throw new InputError({ path: id, got: "none", wanted });
    }
    const first = windowStarts(own.slots, slots, nearest);
    const size = Math.min(nearest, own.slots.length);
    const rng = createRng(seed, "replay", id);
    let exact = 0;
    for (let slot = 1; slot <= slots; slot++) {
      // A draw per slot, used or not: a device asked more often leaves its other slots as they were.
      const drawn = (first[slot - 1] as number) + rng.int(size);
      while (exact < own.slots.length && (own.slots[exact] as number) < slot) exact++;
      const at = own.slots[exact] === slot ? exact : drawn;
      outcomes[(slot - 1) * width + d] = own.rttMs[at] as number;
    }
    return { first, size };
  });
  return {
    seed,
    slots,
    devices,
    rttMs: (slot, d) => outcomes[(slot - 1) * width + d] as number,
    truth: (slot, d, timeoutMs, out) => {
      const { first, size } = around[d] as { first: Int32Array; size: number };
      const { rttMs } = records[d] as Records;
      let [count, total] = [0, 0];
      for (let i = 0; i < size; i++) {
        const value = rttMs[(first[slot - 1] as number) + i] as number;
        if (!(value <= timeoutMs)) continue;
        count++;
        total += value;
      }
      out[0] = count / size;
      out[1] = count > 0 ? total / count : timeoutMs;
    },
  };
}

interface Records {
  readonly slots: number[];
  /** NaN: a loss. */
  readonly rttMs: number[];
}

function recordsOf(log: RunLog): Records[] {
  const records = log.devices.map((): Records => ({ slots: [], rttMs: [] }));
  for (let row = 0; row < log.count; row++) {
    const own = records[log.device[row] as number] as Records;
    own.slots.push(log.slot[row] as number);
    own.rttMs.push(log.ok[row] === 1 ? (log.rttMs[row] as number) : Number.NaN);
  }
  return records;
}

/** For every slot the first of the `nearest` records around it, by distance in slots. */
function windowStarts(recorded: readonly number[], slots: number, nearest: number): Int32Array {
  const starts = new Int32Array(slots);
  const size = Math.min(nearest, recorded.length);
  let first = 0;
  for (let slot = 1; slot <= slots; slot++) {
    while (
      first + size < recorded.length &&
      (recorded[first + size] as number) - slot < slot - (recorded[first] as number)
    ) {
      first++;
    }
    starts[slot - 1] = first;
  }
  return starts;
}
