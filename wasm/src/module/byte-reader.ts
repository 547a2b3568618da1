import { MalformedModuleError } from "./module-error";

const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Reads the primitives of the binary format within bounds. Nothing is allocated by a length or count
 * that the remaining bytes cannot hold.
 * @throws MalformedModuleError on every method
 */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly end: number;
  at: number;
  path: string;

  constructor(bytes: Uint8Array, path: string, at = 0, end = bytes.length) {
    this.bytes = bytes;
    this.path = path;
    this.at = at;
    this.end = end;
  }

  get isAtEnd(): boolean {
    return this.at >= this.end;
  }

  fail(got: string, wanted: string, at = this.at): never {
    throw new MalformedModuleError(this.path, at, got, wanted);
  }

  u8(): number {
    if (this.at >= this.end) this.fail("the end", "a byte");
    return this.bytes[this.at++] as number;
  }

  /** LEB128, at most 5 bytes. */
  u32(): number {
    const start = this.at;
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.u8();
      if (shift === 28 && byte > 0x0f) this.fail("more than 32 bits", "an u32", start);
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    return this.fail("more than 5 bytes", "an u32", start);
  }

  /** LEB128, at most 5 bytes. */
  s32(): number {
    return Number(this.#signed(32));
  }

  /** LEB128, at most 10 bytes. */
  s64(): bigint {
    return this.#signed(64);
  }

  /** Block types: a signed LEB128 of 33 bits. */
  s33(): number {
    return Number(this.#signed(33));
  }

  #signed(bits: number): bigint {
    const start = this.at;
    const first = this.bytes[start];
    if (first !== undefined && first < 0x80 && start < this.end) {
      this.at++;
      return BigInt((first << 25) >> 25);
    }
    const longest = Math.ceil(bits / 7);
    let value = 0n;
    for (let index = 0; index < longest; index++) {
      const byte = this.u8();
      value |= BigInt(byte & 0x7f) << BigInt(7 * index);
      if (byte >= 0x80) continue;
      const width = 7 * (index + 1);
      const extended = (byte & 0x40) === 0 ? value : value - (1n << BigInt(width));
      if (BigInt.asIntN(bits, extended) !== extended) this.fail(`over ${bits} bits`, "less", start);
      return extended;
    }
    return this.fail(`more than ${longest} bytes`, `an s${bits}`, start);
  }

  skip(count: number): void {
    if (count > this.end - this.at) {
      this.fail(`${this.end - this.at} bytes to the end`, `${count}`);
    }
    this.at += count;
  }

  /** A view, not a copy. */
  take(count: number): Uint8Array {
    const from = this.at;
    this.skip(count);
    return this.bytes.subarray(from, this.at);
  }

  name(): string {
    const start = this.at;
    const raw = this.take(this.u32());
    try {
      return utf8.decode(raw);
    } catch {
      return this.fail("bytes that are no UTF-8", "a name", start);
    }
  }

  /** The count of a vector whose members take `smallest` bytes or more each. */
  count(what: string, limit: number, smallest = 1): number {
    const start = this.at;
    const count = this.u32();
    if (count > limit) this.fail(`${count} ${what}`, `${limit} at most`, start);
    if (count * smallest > this.end - this.at) {
      this.fail(`${count} ${what} in ${this.end - this.at} bytes`, "room for them", start);
    }
    return count;
  }
}
