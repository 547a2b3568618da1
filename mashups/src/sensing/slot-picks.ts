import { type SelectionMeta, selectionMeta } from "../policies";

/**
 * One open slot by index, k = 0…count−1: whom the policy chose, what became of it, and what the
 * policy made of that. The arrays are the loop's own and hold until the next slot opens.
 */
export class SlotPicks {
  count = 0;
  /** The policy's handles; `SlotLoop.deviceOf` knows whose they are. */
  handles = new Int32Array(8);
  /** To be filled by the shell: 1 for a reply in time, 0 for a loss. */
  ok = new Uint8Array(8);
  /** To be filled by the shell, unscaled ms; NaN for a loss. */
  rttMs = new Float64Array(8);
  /** After the slot; NaN where the policy gives none. */
  reward = new Float64Array(8);
  /** The policy's value of the device after the slot; NaN where it has none. */
  value = new Float64Array(8);
  meta: SelectionMeta = selectionMeta(8);

  reserve(count: number): void {
    if (count <= this.handles.length) return;
    const capacity = count * 2;
    this.handles = new Int32Array(capacity);
    this.ok = new Uint8Array(capacity);
    this.rttMs = new Float64Array(capacity);
    this.reward = new Float64Array(capacity);
    this.value = new Float64Array(capacity);
    this.meta = selectionMeta(capacity);
  }
}
