import { OptionNumber } from "./constants";
import { NO_BYTES, type Option } from "./message";

/** The Block1 or Block2 option (RFC 7959, section 2.2). */
export interface Block {
  /** Which block, from 0. */
  readonly number: number;
  readonly more: boolean;
  /** Bytes of a block: 16, 32, … 1024. Offsets count in it. */
  readonly size: number;
  /** The message carries several blocks of 1024 bytes; over TCP only (RFC 8323, section 6). */
  readonly isBert?: true;
}

const BERT_EXPONENT = 7;
const LARGEST_BLOCK_NUMBER = 0xfffff;

/**
 * @param takesBert whether the message came over TCP
 * @returns undefined where the option's value breaks RFC 7959
 */
export function decodeBlock(value: Buffer, takesBert = false): Block | undefined {
  if (value.length > 3) return undefined;
  const bits = decodeUint(value);
  const exponent = bits & 0x07;
  const place = { number: bits >>> 4, more: (bits & 0x08) !== 0 };
  if (exponent < BERT_EXPONENT) return { ...place, size: 16 << exponent };
  return takesBert ? { ...place, size: 1024, isBert: true } : undefined;
}

export function encodeBlock(block: Block): Buffer {
  const exponent = block.isBert ? BERT_EXPONENT : Math.log2(block.size) - 4;
  return encodeUint((block.number << 4) | (block.more ? 0x08 : 0) | exponent);
}

/** The largest payload that blocks of this size can carry. */
export function largestTransferBytes(blockSize: number): number {
  return (LARGEST_BLOCK_NUMBER + 1) * blockSize;
}

/** The largest legal block size that is at most `bytes`. */
export function blockSizeWithin(bytes: number): number {
  let size = 16;
  while (size < 1024 && size * 2 <= bytes) size *= 2;
  return size;
}

/** `uint` option format (RFC 7252, section 3.2); up to 6 bytes. */
export function decodeUint(value: Buffer): number {
  let result = 0;
  for (const byte of value) result = result * 256 + byte;
  return result;
}

/** The shortest `uint` encoding: 0 is no bytes. Up to 32 bits. */
export function encodeUint(value: number): Buffer {
  if (value === 0) return NO_BYTES;
  if (value < 0x100) return Buffer.of(value);
  if (value < 0x10000) return Buffer.of(value >> 8, value & 0xff);
  if (value < 0x1000000) return Buffer.of(value >> 16, (value >> 8) & 0xff, value & 0xff);
  return Buffer.of(value >>> 24, (value >> 16) & 0xff, (value >> 8) & 0xff, value & 0xff);
}

export function uintOption(number: number, value: number): Option {
  return { number, value: encodeUint(value) };
}

export function blockOption(
  number: typeof OptionNumber.block1 | typeof OptionNumber.block2,
  block: Block,
): Option {
  return { number, value: encodeBlock(block) };
}

/** Uri-Path and Uri-Query options of a URL's path and query (RFC 7252, section 6.4). */
export function uriOptions(pathname: string, search: string): Option[] {
  const options: Option[] = [];
  const path = pathname.replace(/^\//, "");
  if (path !== "") {
    for (const segment of path.split("/")) {
      options.push({ number: OptionNumber.uriPath, value: percentDecoded(segment) });
    }
  }
  const query = search.replace(/^\?/, "");
  if (query !== "") {
    for (const argument of query.split("&")) {
      options.push({ number: OptionNumber.uriQuery, value: percentDecoded(argument) });
    }
  }
  return options;
}

export function percentDecoded(text: string): Buffer {
  try {
    return Buffer.from(decodeURIComponent(text));
  } catch {
    // Not valid percent-encoding: the characters stand for themselves, as in a browser's URL.
    return Buffer.from(text);
  }
}
