import { grown } from "../grown";
import type { Handles } from "../handles";
import type { LinkModel } from "./link-model";

export interface OutageParameters {
  /** Evidence, in nats, that calls a run of losses an outage; null: losses are only losses. */
  readonly outageEvidence: number | null;
  /** Slots after which a device that just died is thought to be back. */
  readonly outageSlots: number;
}

/** Losses come in bursts: after a lost reply the next is lost with at least this probability. */
const BURST_LOSS = 0.45;
/** The longer an outage has lasted, the longer it will: share of its length added to the wait. */
const LINGERING = 0.3;
const PDR_EDGE = 0.01;
const UP = -1;

interface State {
  readonly run: readonly number[];
  readonly downSince: readonly number[];
}

/**
 * Tells devices that died from links that are bad. A device that suddenly answers nothing at all is
 * called down once its losses in a row would be too unlikely for its link; they are then taken back
 * from the link's record, which stands still until the device answers again, and then holds as
 * before: what was known of the link need not be learnt again.
 *
 * While it is down, the belief that it is back grows with every slot it is not asked, and draws its
 * value up from a dead link's to what it was worth: the more it was worth, the sooner it is tried.
 */
export class Outages {
  readonly #evidence: number;
  readonly #slots: number;
  /** Losses in a row. */
  #run = new Int32Array(16);
  /** Slot of the first loss of an outage. */
  #downSince = new Int32Array(16).fill(UP);

  constructor(evidence: number, slots: number) {
    this.#evidence = evidence;
    this.#slots = slots;
  }

  join(handle: number): void {
    this.#run = grown(this.#run, handle + 1);
    this.#downSince = grown(this.#downSince, handle + 1);
    this.#run[handle] = 0;
    this.#downSince[handle] = UP;
  }

  isDown(handle: number): boolean {
    return (this.#downSince[handle] as number) !== UP;
  }

  /** Whether a loss would be the first of a run. */
  isFirst(handle: number): boolean {
    return this.#run[handle] === 0;
  }

  /**
   * Takes one outcome, which the model has been told of unless the device was down.
   * @returns whether the device is now called down
   */
  see(model: LinkModel, handle: number, isOk: boolean): boolean {
    if (isOk) {
      this.#run[handle] = 0;
      this.#downSince[handle] = UP;
      return false;
    }
    const run = (this.#run[handle] as number) + 1;
    this.#run[handle] = run;
    if (this.isDown(handle) || !this.#isOutage(model, handle, run)) return false;
    this.#downSince[handle] = model.slot - run + 1;
    model.takeBackLosses(handle, run);
    return true;
  }

  /** Lowers the values of devices that are down. @param dead value of a link that loses all */
  apply(model: LinkModel, handles: Handles, dead: number, values: Float64Array): void {
    const downSince = this.#downSince;
    for (let handle = 0; handle < handles.bound; handle++) {
      const since = downSince[handle] as number;
      if (since === UP) continue;
      const asked = model.lastSlot[handle] as number;
      const wait = this.#slots + LINGERING * (asked - since);
      const isBack = Math.min(1, (model.slot - asked) / wait);
      values[handle] = dead + isBack * ((values[handle] as number) - dead);
    }
  }

  snapshot(bound: number): State {
    return {
      run: Array.from(this.#run.subarray(0, bound)),
      downSince: Array.from(this.#downSince.subarray(0, bound)),
    };
  }

  restore(state: unknown, bound: number): void {
    const { run, downSince } = state as State;
    for (let handle = 0; handle < bound; handle++) this.join(handle);
    this.#run.set(run);
    this.#downSince.set(downSince);
  }

  /** Log-likelihood ratio of "it is dead" against the link as it was before the run. */
  #isOutage(model: LinkModel, handle: number, run: number): boolean {
    const delivered = model.delivered[handle] as number;
    const lost = Math.max(0, (model.lost[handle] as number) - run);
    const pdr = Math.max(PDR_EDGE, Math.min(1 - PDR_EDGE, delivered / (delivered + lost)));
    const again = Math.max(1 - pdr, BURST_LOSS);
    return -Math.log(1 - pdr) - (run - 1) * Math.log(again) >= this.#evidence;
  }
}
