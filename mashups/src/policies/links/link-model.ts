import { grown } from "../grown";

/** Powers of the decay are looked up; older evidence than this weighs as this. */
const LONGEST_AGE = 65_536;
const NEGLIGIBLE = 1e-12;

/**
 * What has been seen of every link: replies, losses and round-trip times, discounted by `decay`
 * per slot, so that old evidence fades. It knows no reward: one model serves every objective.
 *
 * Arrays by handle (struct of arrays). The discount is applied when a device is asked again or
 * looked at, not to all devices in every slot: what stands in the arrays is as of `lastSlot`.
 */
export class LinkModel {
  readonly decay: number;
  /** decay^age. */
  readonly powers: Float64Array;
  /** Slots observed so far. */
  slot = 0;
  delivered = new Float32Array(16);
  lost = new Float32Array(16);
  meanMs = new Float32Array(16);
  /** Discounted sum of squared deviations from the mean, ms². */
  squares = new Float32Array(16);
  /** Slots before the last outcome, and before the last reply; before it joined, where none. */
  lastSlot = new Int32Array(16);
  lastReading = new Int32Array(16);

  constructor(decay: number) {
    this.decay = decay;
    this.powers = powersOf(decay);
  }

  /** Nothing is known of a device that joins. */
  join(handle: number): void {
    this.reserve(handle + 1);
    this.delivered[handle] = 0;
    this.lost[handle] = 0;
    this.meanMs[handle] = 0;
    this.squares[handle] = 0;
    this.lastSlot[handle] = this.slot;
    this.lastReading[handle] = this.slot;
  }

  reserve(length: number): void {
    this.delivered = grown(this.delivered, length);
    this.lost = grown(this.lost, length);
    this.meanMs = grown(this.meanMs, length);
    this.squares = grown(this.squares, length);
    this.lastSlot = grown(this.lastSlot, length);
    this.lastReading = grown(this.lastReading, length);
  }

  /** Outcomes of one slot, which ends with it. */
  observe(handles: Int32Array, ok: Uint8Array, rttMs: Float64Array, count: number): void {
    for (let i = 0; i < count; i++) {
      this.see(handles[i] as number, ok[i] === 1, rttMs[i] as number);
    }
    this.slot++;
  }

  /** One outcome in the present slot. A reply without a round-trip time counts as a reply only. */
  see(handle: number, isOk: boolean, rttMs: number): void {
    const weight = this.weight(handle);
    this.lastSlot[handle] = this.slot;
    const delivered = (this.delivered[handle] as number) * weight;
    const lost = (this.lost[handle] as number) * weight;
    if (!isOk) {
      this.delivered[handle] = delivered;
      this.lost[handle] = lost + 1;
      this.squares[handle] = (this.squares[handle] as number) * weight;
      return;
    }
    this.lastReading[handle] = this.slot;
    this.delivered[handle] = delivered + 1;
    this.lost[handle] = lost;
    if (!Number.isFinite(rttMs)) return;
    const mean = this.meanMs[handle] as number;
    const after = mean + (rttMs - mean) / (delivered + 1);
    this.meanMs[handle] = after;
    this.squares[handle] =
      (this.squares[handle] as number) * weight + (rttMs - mean) * (rttMs - after);
  }

  /** Undoes losses of the last slots: they said nothing of the link. */
  takeBackLosses(handle: number, count: number): void {
    this.lost[handle] = Math.max(0, (this.lost[handle] as number) - count);
  }

  /** A device was asked in the present slot, and the outcome says nothing of the link. */
  pass(handle: number): void {
    const weight = this.weight(handle);
    this.lastSlot[handle] = this.slot;
    this.delivered[handle] = (this.delivered[handle] as number) * weight;
    this.lost[handle] = (this.lost[handle] as number) * weight;
    this.squares[handle] = (this.squares[handle] as number) * weight;
  }

  /** What evidence of a device's last slot weighs now. */
  weight(handle: number): number {
    const age = this.slot - (this.lastSlot[handle] as number);
    return this.powers[Math.min(age, this.powers.length - 1)] as number;
  }

  /** Keeps a share of what is known of a device: its link may have changed. */
  forget(handle: number, share: number): void {
    this.delivered[handle] = (this.delivered[handle] as number) * share;
    this.lost[handle] = (this.lost[handle] as number) * share;
    this.squares[handle] = (this.squares[handle] as number) * share;
  }

  /** Discounted number of outcomes. */
  evidence(handle: number): number {
    const seen = (this.delivered[handle] as number) + (this.lost[handle] as number);
    return seen * this.weight(handle);
  }

  /** Estimated delivery probability; NaN for a device never asked. */
  pdr(handle: number): number {
    const delivered = this.delivered[handle] as number;
    return delivered / (delivered + (this.lost[handle] as number));
  }

  /** Estimated mean round-trip time, ms; NaN for a device that never answered. */
  rttMs(handle: number): number {
    return (this.delivered[handle] as number) > 0 ? (this.meanMs[handle] as number) : Number.NaN;
  }
}

function powersOf(decay: number): Float64Array {
  const needed = decay < 1 ? Math.ceil(Math.log(NEGLIGIBLE) / Math.log(decay)) + 2 : 1;
  const powers = new Float64Array(Math.min(LONGEST_AGE, Math.max(2, needed)));
  for (let age = 0; age < powers.length; age++) powers[age] = decay ** age;
  return powers;
}
