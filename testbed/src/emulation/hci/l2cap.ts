/** Longest frame a host of ours sends: an ATT request at the largest MTU. */
const MAX_FRAME_BYTES = 1_024;
const HEADER_BYTES = 4;

/** Puts the fragments of one connection's frames together; what does not fit is dropped. */
export class Reassembly {
  readonly #onFrame: (cid: number, payload: Buffer) => void;
  #parts: Buffer = Buffer.alloc(0);
  #isInFrame = false;

  constructor(onFrame: (cid: number, payload: Buffer) => void) {
    this.#onFrame = onFrame;
  }

  /** @returns false where the fragment belongs to no frame */
  take(isStart: boolean, data: Buffer): boolean {
    if (!isStart && !this.#isInFrame) return false;
    this.#parts = isStart ? Buffer.from(data) : Buffer.concat([this.#parts, data]);
    this.#isInFrame = true;
    if (this.#parts.length < HEADER_BYTES) return true;
    const length = this.#parts.readUInt16LE(0);
    if (length > MAX_FRAME_BYTES || this.#parts.length > HEADER_BYTES + length) {
      this.#isInFrame = false;
      return false;
    }
    if (this.#parts.length < HEADER_BYTES + length) return true;
    this.#isInFrame = false;
    this.#onFrame(this.#parts.readUInt16LE(2), this.#parts.subarray(HEADER_BYTES));
    return true;
  }
}
