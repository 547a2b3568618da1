import { decodeOptions, type Frame, NO_BYTES, type Option } from "../message";

const MAXIMUM_TOKEN_BYTES = 8;

/** Why a stream cannot be read any further: where its next message begins is not known, or too far. */
export type StreamFault = "malformed" | "too large";

interface Header {
  /** Bytes of code, token, options and payload with what stands before them. */
  readonly bytes: number;
  /** Where the code stands. */
  readonly codeAt: number;
  readonly tokenBytes: number;
}

/**
 * Bytes of a stream → messages (RFC 8323, section 3.2), however they are cut into chunks. The parts of a
 * message share the memory of its chunk.
 */
export class FrameParser {
  readonly #maximumBytes: number;
  #chunks: Buffer[] = [];
  #held = 0;
  /** Bytes the message under way needs before it is worth looking again. */
  #needed = 2;

  /** @param maximumBytes of one message, its header included */
  constructor(maximumBytes: number) {
    this.#maximumBytes = maximumBytes;
  }

  /** Bytes of a message that is not complete yet. */
  get heldBytes(): number {
    return this.#held;
  }

  /**
   * @param take called with each message as it is complete; `false` stops reading
   * @returns the fault that ends the stream, if there is one
   */
  read(chunk: Buffer, take: (frame: Frame) => boolean): StreamFault | undefined {
    this.#chunks.push(chunk);
    this.#held += chunk.length;
    if (this.#held < this.#needed) return undefined;
    const only = this.#chunks.length === 1 ? this.#chunks[0] : undefined;
    let data = only ?? Buffer.concat(this.#chunks, this.#held);
    for (;;) {
      const header = headerOf(data);
      if (header === "malformed") return header;
      if (!header || header.bytes > data.length) {
        if (header && header.bytes > this.#maximumBytes) return "too large";
        this.#keep(data, header?.bytes ?? data.length + 1);
        return undefined;
      }
      if (header.bytes > this.#maximumBytes) return "too large";
      const frame = frameOf(data.subarray(0, header.bytes), header);
      if (!frame) return "malformed";
      data = data.subarray(header.bytes);
      if (!take(frame)) return undefined;
    }
  }

  clear(): void {
    this.#keep(NO_BYTES, 2);
  }

  #keep(rest: Buffer, needed: number): void {
    this.#chunks = rest.length > 0 ? [rest] : [];
    this.#held = rest.length;
    this.#needed = Math.max(2, needed);
  }
}

/** @returns undefined when there is too little of it */
function headerOf(data: Buffer): Header | "malformed" | undefined {
  const first = data[0];
  if (first === undefined) return undefined;
  const tokenBytes = first & 0x0f;
  if (tokenBytes > MAXIMUM_TOKEN_BYTES) return "malformed";
  const nibble = first >> 4;
  const extended = nibble < 13 ? 0 : 1 << (nibble - 13);
  if (data.length < 2 + extended) return undefined;
  const body = nibble < 13 ? nibble : extendedLength(data, extended);
  return { bytes: 2 + extended + tokenBytes + body, codeAt: 1 + extended, tokenBytes };
}

function extendedLength(data: Buffer, extended: number): number {
  if (extended === 1) return (data[1] as number) + 13;
  return extended === 2 ? data.readUInt16BE(1) + 269 : data.readUInt32BE(1) + 65_805;
}

function frameOf(data: Buffer, { codeAt, tokenBytes }: Header): Frame | undefined {
  const optionsAt = codeAt + 1 + tokenBytes;
  const options: Option[] = [];
  const payloadAt = decodeOptions(data, optionsAt, options);
  if (payloadAt === undefined) return undefined;
  return {
    code: data[codeAt] as number,
    token: tokenBytes === 0 ? NO_BYTES : data.subarray(codeAt + 1, optionsAt),
    options,
    payload: payloadAt === data.length ? NO_BYTES : data.subarray(payloadAt),
  };
}
