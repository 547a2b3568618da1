/** Values that moving-average is configured to take the mean of. */
const WINDOW = 8;
export const FRAME_BYTES = 16;

/** The sample of a place in the sequence: its time and its value are its number. */
export function frameOf(index: number): Uint8Array {
  const frame = Buffer.alloc(FRAME_BYTES);
  frame.writeDoubleLE(index, 0);
  frame.writeDoubleLE(index, 8);
  return frame;
}

/**
 * What came out, held against what went in: every mean names its sample, and says by its value that the
 * seven samples before went into the same state.
 */
export class Tally {
  /** Numbers that never came. */
  lost = 0;
  /** Numbers that came after a higher one, or twice. */
  reordered = 0;
  /** Means of other samples than the last eight: a state that a swap cut off or mixed up. */
  wrong = 0;
  #next = 0;

  add(output: Uint8Array | undefined): void {
    if (!output || output.length !== FRAME_BYTES) return;
    const view = new DataView(output.buffer, output.byteOffset, FRAME_BYTES);
    const index = view.getFloat64(0, true);
    if (index < this.#next) {
      this.reordered++;
      return;
    }
    this.lost += index - this.#next;
    this.#next = index + 1;
    const oldest = Math.max(0, index - WINDOW + 1);
    if (view.getFloat64(8, true) !== (oldest + index) / 2) this.wrong++;
  }

  /** @param sent how many frames went in */
  end(sent: number): void {
    this.lost += sent - this.#next;
    this.#next = sent;
  }
}
