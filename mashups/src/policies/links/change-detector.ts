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
  readonly before: readonly number[];
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
  /** The two of delivery, before the last run of losses. */
  #betterBefore = new Float32Array(16);
  #worseBefore = new Float32Array(16);
  #members = new Map<number, Set<number>>();

  constructor(parameters: ChangeParameters) {
    this.#parameters = parameters;
  }

  join(handle: number, group: number): void {
    this.#group = grown(this.#group, handle + 1);
    this.#sums = grown(this.#sums, 4 * handle + 4);
    this.#betterBefore = grown(this.#betterBefore, handle + 1);
    this.#worseBefore = grown(this.#worseBefore, handle + 1);
    this.#group[handle] = group;
    this.#clear(handle);
    const members = this.#members.get(group) ?? new Set();
    this.#members.set(group, members.add(handle));
  }

  leave(handle: number): void {
    this.#members.get(this.#group[handle] as number)?.delete(handle);
  }

  /** Tests one outcome against the model as it was before it. */
  see(model: LinkModel, handle: number, isOk: boolean, rttMs: number): void {
    const changed = this.#delivery(model, handle, isOk);
    if ((isOk && this.#roundTrip(model, handle, rttMs)) || changed) this.#alarm(model, handle);
  }

  /** Sums of the delivery test before a run of losses began, which turned out to be an outage. */
  takeBackRun(handle: number): void {
    this.#sums[4 * handle] = this.#betterBefore[handle] as number;
    this.#sums[4 * handle + 1] = this.#worseBefore[handle] as number;
  }

  /** Remembers the sums, as a run of losses begins. */
  beginRun(handle: number): void {
    this.#betterBefore[handle] = this.#sums[4 * handle] as number;
    this.#worseBefore[handle] = this.#sums[4 * handle + 1] as number;
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
    this.beginRun(handle);
  }

  snapshot(bound: number): State {
    return {
      group: Array.from(this.#group.subarray(0, bound)),
      sums: Array.from(this.#sums.subarray(0, 4 * bound)),
      before: [...this.#betterBefore.subarray(0, bound), ...this.#worseBefore.subarray(0, bound)],
    };
  }

  restore(state: unknown, bound: number): void {
    const { group, sums, before } = state as State;
    this.#members.clear();
    for (let handle = 0; handle < bound; handle++) this.join(handle, group[handle] as number);
    this.#sums.set(sums);
    this.#betterBefore.set(before.slice(0, bound));
    this.#worseBefore.set(before.slice(bound));
  }
}

function clamp(p: number): number {
  return Math.max(PDR_EDGE, Math.min(1 - PDR_EDGE, p));
}

function likelihood(p: number, isOk: boolean): number {
  return Math.log(isOk ? p : 1 - p);
}
