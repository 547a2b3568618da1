import { type ApiMode, ESCAPE, ESCAPE_XOR, HEADER_BYTES, MAX_DATA_BYTES, START } from "./constants";

/** `noise`: bytes outside every frame. The others: a start delimiter that began no sound frame. */
export type LineFault = "noise" | "bad-length" | "bad-checksum" | "truncated";

export interface XBeeParserOptions {
  readonly mode: ApiMode;
  /** Frame data of a sound frame; valid until the call returns. */
  readonly onFrame: (data: Buffer) => void;
  /** `noise` is counted by the byte. */
  readonly onFault: (fault: LineFault, count: number) => void;
}

type Attempt =
  | { readonly kind: "frame"; readonly data: Buffer; readonly end: number }
  | { readonly kind: "fault"; readonly fault: LineFault; readonly next: number }
  | { readonly kind: "unfinished" };

const MAX_PLAIN_BYTES = HEADER_BYTES + MAX_DATA_BYTES + 1;

/**
 * Finds API frames in a stream of bytes. A false start costs nothing but itself: the search goes on
 * one byte behind it, so a frame inside what noise made look like a frame is still found. What is
 * held back is never more than one frame.
 */
export class XBeeParser {
  readonly #options: XBeeParserOptions;
  /** One frame without its escapes, filled anew by each attempt. */
  readonly #plain = Buffer.alloc(MAX_PLAIN_BYTES);
  #held: Buffer = Buffer.alloc(0);

  constructor(options: XBeeParserOptions) {
    this.#options = options;
  }

  /** Whether a frame has begun and not ended. */
  get isInFrame(): boolean {
    return this.#held.length > 0;
  }

  push(chunk: Uint8Array): void {
    const bytes =
      this.#held.length === 0
        ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
        : Buffer.concat([this.#held, chunk]);
    this.#scan(bytes, false);
  }

  /** The line has been silent for longer than any frame pauses: what has begun will not end. */
  giveUp(): void {
    this.#scan(this.#held, true);
  }

  /** The line was opened anew. */
  reset(): void {
    this.#held = Buffer.alloc(0);
  }

  #scan(bytes: Buffer, isOver: boolean): void {
    let at = 0;
    while (at < bytes.length) {
      const start = bytes.indexOf(START, at);
      const noise = (start < 0 ? bytes.length : start) - at;
      if (noise > 0) this.#options.onFault("noise", noise);
      at += noise;
      if (start < 0) break;
      const attempt = this.#attempt(bytes, start);
      if (attempt.kind === "frame") {
        this.#options.onFrame(attempt.data);
        at = attempt.end;
      } else if (attempt.kind === "fault") {
        this.#options.onFault(attempt.fault, 1);
        at = attempt.next;
      } else if (isOver) {
        this.#options.onFault("truncated", 1);
        at = start + 1;
      } else {
        break;
      }
    }
    // A copy: the chunk is its reader's, and may be large.
    this.#held = Buffer.from(bytes.subarray(at));
  }

  #attempt(bytes: Buffer, start: number): Attempt {
    const plain = this.#plain;
    let count = 1;
    let wanted = HEADER_BYTES;
    let at = start + 1;
    while (count < wanted) {
      let byte = bytes[at++];
      if (this.#options.mode === 2) {
        // An unescaped delimiter begins a frame, whatever was going on.
        if (byte === START) return { kind: "fault", fault: "truncated", next: at - 1 };
        if (byte === ESCAPE) {
          byte = bytes[at++];
          if (byte === START) return { kind: "fault", fault: "truncated", next: at - 1 };
          if (byte !== undefined) byte ^= ESCAPE_XOR;
        }
      }
      if (byte === undefined) return { kind: "unfinished" };
      plain[count++] = byte;
      if (count !== HEADER_BYTES) continue;
      const length = plain.readUInt16BE(1);
      if (length < 1 || length > MAX_DATA_BYTES) {
        return { kind: "fault", fault: "bad-length", next: start + 1 };
      }
      wanted = HEADER_BYTES + length + 1;
    }
    return isSound(plain.subarray(HEADER_BYTES, wanted))
      ? { kind: "frame", data: plain.subarray(HEADER_BYTES, wanted - 1), end: at }
      : { kind: "fault", fault: "bad-checksum", next: start + 1 };
  }
}

/** Frame data and checksum add up to 0xFF. */
function isSound(summed: Uint8Array): boolean {
  let sum = 0;
  for (const byte of summed) sum += byte;
  return (sum & 0xff) === 0xff;
}
