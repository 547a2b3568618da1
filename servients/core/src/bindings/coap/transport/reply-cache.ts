import type { Clock } from "../../../time";

export interface ReplyCacheOptions {
  readonly clock: Clock;
  /** After this long a message ID names a new message. */
  readonly lifetimeMs: number;
  readonly maximumEntries: number;
  readonly maximumBytes: number;
}

interface Entry {
  readonly datagram: Buffer;
  readonly storedAtMs: number;
}

/**
 * What was answered to which message, so that a repeated one gets the same answer and is not
 * executed again (RFC 7252, section 4.5). Bounded in entries and bytes: the oldest go first.
 */
export class ReplyCache {
  readonly #entries = new Map<string, Entry>();
  readonly #options: ReplyCacheOptions;
  #bytes = 0;

  constructor(options: ReplyCacheOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#entries.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(key: string): Buffer | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    if (this.#isAlive(entry)) return entry.datagram;
    this.#remove(key, entry);
    return undefined;
  }

  set(key: string, datagram: Buffer): void {
    const previous = this.#entries.get(key);
    if (previous) this.#remove(key, previous);
    this.#entries.set(key, { datagram, storedAtMs: this.#options.clock.monotonicMs() });
    this.#bytes += datagram.length;
    const { maximumEntries, maximumBytes } = this.#options;
    for (const [oldestKey, oldest] of this.#entries) {
      const isFull = this.#entries.size > maximumEntries || this.#bytes > maximumBytes;
      if (!isFull && this.#isAlive(oldest)) return;
      this.#remove(oldestKey, oldest);
    }
  }

  clear(): void {
    this.#entries.clear();
    this.#bytes = 0;
  }

  #isAlive(entry: Entry): boolean {
    return this.#options.clock.monotonicMs() - entry.storedAtMs < this.#options.lifetimeMs;
  }

  #remove(key: string, entry: Entry): void {
    this.#entries.delete(key);
    this.#bytes -= entry.datagram.length;
  }
}
