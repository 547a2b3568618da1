import { grown } from "../grown";
import type { LinkModel } from "./link-model";

export interface ChangeParameters {
  /** Alarm threshold of the loss test, in nats of log-likelihood. */
  readonly lossThreshold: number;
  /** Alarm threshold of the round-trip time test, in standard deviations. */
  readonly rttThreshold: number;
  /** Share of a device's evidence that survives its alarm. */
  readonly keepOwn: number;
  /** Share of its sensor network's evidence that survives. */
  readonly keepGroup: number;
}

/** Change in delivery ratio worth an alarm. */
const PDR_STEP = 0.2;
/** Estimates are kept off 0 and 1, where one outcome would decide. */
const PDR_EDGE = 0.01;
/** Evidence below which there is nothing to compare with. */
const LEAST_EVIDENCE = 3;
const RTT_SLACK = 0.75;
const RTT_CLIP = 3;
const LEAST_DEVIATION_MS = 5;

interface State {
  readonly group: readonly number[];
  readonly sums: readonly number[];
}

/**
 * Cumulative-sum tests (Page 1954) per device, on the outcomes of its requests: delivery ratio up
 * or down by 0.2, and round-trip time up or down. An alarm makes the model forget most of what it
 * knew of the device, and some of what it knew of its sensor network: interference is shared.
 */
export class ChangeDetector {
  readonly #parameters: ChangeParameters;
  #group = new Int32Array(16);
  /** Four sums per device: delivery better, worse; round trip slower, faster. */
  #sums = new Float32Array(64);
  #members = new Map<number, Set<number>>();

  constructor(parameters: ChangeParameters) {
    this.#parameters = parameters;
  }

  join(handle: number, group: number): void {
    this.#group = grown(this.#group, handle + 1);
    this.#sums = grown(this.#sums, 4 * handle + 4);
    this.#group[handle] = group;
    this.#clear(handle);
    const members = this.#members.get(group) ?? new Set();
    this.#members.set(group, members.add(handle));
  }

  leave(handle: number): void {
    this.#members.get(this.#group[handle] as number)?.delete(handle);
  }

  /** Tests the outcomes of a slot against the model as it was before them. */
  observe(
    model: LinkModel,
    handles: Int32Array,
    ok: Uint8Array,
    rttMs: Float64Array,
    count: number,
  ): void {
    for (let i = 0; i < count; i++) {
      const handle = handles[i] as number;
      const isOk = ok[i] === 1;
      const changed = this.#delivery(model, handle, isOk);
      if ((isOk && this.#roundTrip(model, handle, rttMs[i] as number)) || changed) {
        this.#alarm(model, handle);
      }
    }
  }

  #delivery(model: LinkModel, handle: number, isOk: boolean): boolean {
    if (model.evidence(handle) < LEAST_EVIDENCE) return false;
    const p = clamp(model.pdr(handle));
    const better = clamp(p + PDR_STEP);
    const worse = clamp(p - PDR_STEP);
    const threshold = this.#parameters.lossThreshold;
    return (
      this.#add(4 * handle, likelihood(better, isOk) - likelihood(p, isOk)) > threshold ||
      this.#add(4 * handle + 1, likelihood(worse, isOk) - likelihood(p, isOk)) > threshold
    );
  }

  #roundTrip(model: LinkModel, handle: number, rttMs: number): boolean {
    const n = (model.delivered[handle] as number) * model.weight(handle);
    if (!(n >= LEAST_EVIDENCE) || !Number.isFinite(rttMs)) return false;
    const variance = ((model.squares[handle] as number) * model.weight(handle)) / n;
    const deviation = Math.max(LEAST_DEVIATION_MS, Math.sqrt(variance));
    const z = (rttMs - (model.meanMs[handle] as number)) / deviation;
    const clipped = Math.max(-RTT_CLIP, Math.min(RTT_CLIP, z));
    const threshold = this.#parameters.rttThreshold;
    const slower = this.#add(4 * handle + 2, clipped - RTT_SLACK);
    const faster = this.#add(4 * handle + 3, -clipped - RTT_SLACK);
    return slower > threshold || faster > threshold;
  }

  #add(sum: number, step: number): number {
    const after = Math.max(0, (this.#sums[sum] as number) + step);
    this.#sums[sum] = after;
    return after;
  }

  #alarm(model: LinkModel, handle: number): void {
    const { keepOwn, keepGroup } = this.#parameters;
    this.#clear(handle);
    model.forget(handle, keepOwn);
    for (const other of this.#members.get(this.#group[handle] as number) ?? []) {
      if (other !== handle) model.forget(other, keepGroup);
    }
  }

  #clear(handle: number): void {
    this.#sums.fill(0, 4 * handle, 4 * handle + 4);
  }

  snapshot(bound: number): State {
    return {
      group: Array.from(this.#group.subarray(0, bound)),
      sums: Array.from(this.#sums.subarray(0, 4 * bound)),
    };
  }

  restore(state: unknown, bound: number): void {
    const { group, sums } = state as State;
    this.#members.clear();
    for (let handle = 0; handle < bound; handle++) this.join(handle, group[handle] as number);
    this.#sums.set(sums);
  }
}

function clamp(p: number): number {
  return Math.max(PDR_EDGE, Math.min(1 - PDR_EDGE, p));
}

function likelihood(p: number, isOk: boolean): number {
  return Math.log(isOk ? p : 1 - p);
}
