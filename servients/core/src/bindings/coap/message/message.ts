import type { MessageType } from "./constants";

/** One option as on the wire. */
export interface Option {
  readonly number: number;
  readonly value: Buffer;
}

/** What a message says, over UDP and over TCP alike. */
export interface Frame {
  /** 0 … 255, class and detail as on the wire. */
  readonly code: number;
  /** 0 … 8 bytes. */
  readonly token: Buffer;
  /** In any order; the encoder sorts, keeping the order of equal numbers. */
  readonly options: readonly Option[];
  readonly payload: Buffer;
}

/** One CoAP message over UDP (RFC 7252, section 3). */
export interface Message extends Frame {
  readonly type: MessageType;
  /** 0 … 65535. */
  readonly messageId: number;
}

export const NO_BYTES = Buffer.alloc(0);

/** The first option of a number. */
export function findOption(options: readonly Option[], number: number): Option | undefined {
  for (const option of options) if (option.number === number) return option;
  return undefined;
}
