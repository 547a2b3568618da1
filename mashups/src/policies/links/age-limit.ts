import type { Handles } from "../handles";
import { upperPdr } from "./bounds";
import type { LinkModel } from "./link-model";

/** Above every utility: asked first. */
const MUST_ASK = Number.MAX_VALUE;
/** A link that delivers less is asked once per limit, not until it answers. */
const DEAD_PDR = 0.05;

/**
 * A hard limit on the age of information: every device is asked before its last reading is older
 * than `maxAge` slots, and again in each slot until it answers.
 *
 * Deadlines are kept as earliest-deadline-first would: this slot takes as many of the most urgent
 * devices as are needed so that none of the coming slots has more deadlines than places. Where
 * that cannot be (M · maxAge below the number of devices, say) the most overdue go first. A device
 * that seems dead has its limit on being asked, or it would hold a place for ever.
 */
export class AgeLimit {
  readonly #maxAge: number;
  /** Devices by slots left until they must be asked. */
  readonly #due: Int32Array;

  constructor(maxAgeSlots: number) {
    this.#maxAge = maxAgeSlots;
    this.#due = new Int32Array(maxAgeSlots + 1);
  }

  /** Raises the values of the devices that must be asked in this slot to the top. */
  apply(model: LinkModel, handles: Handles, m: number, values: Float64Array): void {
    const due = this.#due.fill(0);
    const order = handles.inOrder;
    for (let i = 0; i < order.length; i++) {
      const left = this.#left(model, order[i] as number);
      due[left] = (due[left] as number) + 1;
    }
    let soFar = 0;
    let needed = 0;
    for (let left = 0; left < due.length; left++) {
      soFar += due[left] as number;
      needed = Math.max(needed, soFar - m * left);
    }
    if (needed > 0) this.#raise(model, order, Math.min(needed, m), values);
  }

  #raise(model: LinkModel, order: Int32Array, needed: number, values: Float64Array): void {
    let last = 0;
    let before = 0;
    while (before + (this.#due[last] as number) < needed) before += this.#due[last++] as number;
    let places = needed - before;
    for (let i = 0; i < order.length; i++) {
      const handle = order[i] as number;
      const left = this.#left(model, handle);
      if (left < last || (left === last && places-- > 0)) values[handle] = MUST_ASK;
    }
  }

  /** Slots after this one that may pass before the device is asked. */
  #left(model: LinkModel, handle: number): number {
    const weight = model.weight(handle);
    const delivered = (model.delivered[handle] as number) * weight;
    const isDead = upperPdr(delivered, (model.lost[handle] as number) * weight, 1) < DEAD_PDR;
    const since = (isDead ? model.lastSlot : model.lastReading)[handle] as number;
    return Math.max(0, since + this.#maxAge - model.slot);
  }
}
