import { PayloadTooLargeError } from "../../../errors";
import type { Clock } from "../../../time";
import type { Block } from "../message";

export interface BlockAssemblyOptions {
  readonly clock: Clock;
  /** Bytes of one payload. */
  readonly maximumPayloadBytes: number;
  /** Bytes of all unfinished payloads together. */
  readonly maximumTotalBytes: number;
  /** An unfinished payload is forgotten after this long without a block. */
  readonly idleMs: number;
}

interface Assembly {
  readonly blocks: Buffer[];
  bytes: number;
  touchedAtMs: number;
}

/** `incomplete`: a block before this one is missing; `busy`: no room for another payload. */
export type AssemblyStep = Buffer | "continue" | "incomplete" | "busy";

/**
 * Puts the blocks of uploads together (RFC 7959, section 2.5). Keyed by what the client asks for,
 * never by the token, which may change from block to block.
 */
export class BlockAssembly {
  readonly #assemblies = new Map<string, Assembly>();
  readonly #options: BlockAssemblyOptions;
  #bytes = 0;

  constructor(options: BlockAssemblyOptions) {
    this.#options = options;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Takes one block. @returns the whole payload with the last one
   * @throws PayloadTooLargeError
   */
  take(key: string, block: Block, payload: Buffer): AssemblyStep {
    if (block.number === 0) this.#forget(key);
    const offset = block.number * block.size;
    const { maximumPayloadBytes } = this.#options;
    if (offset + payload.length > maximumPayloadBytes) {
      this.#forget(key);
      throw new PayloadTooLargeError(maximumPayloadBytes);
    }
    if (block.number === 0 && !block.more) return payload;
    const assembly = this.#assemblies.get(key) ?? this.#begin(block);
    if (!assembly || offset !== assembly.bytes || !isWhole(block, payload)) {
      this.#forget(key);
      return "incomplete";
    }
    if (!this.#makeRoom(key, payload.length)) return "busy";
    this.#assemblies.set(key, assembly);
    // Copied: a block would otherwise hold its whole datagram.
    assembly.blocks.push(Buffer.from(payload));
    assembly.bytes += payload.length;
    assembly.touchedAtMs = this.#options.clock.monotonicMs();
    this.#bytes += payload.length;
    if (block.more) return "continue";
    this.#forget(key);
    return Buffer.concat(assembly.blocks);
  }

  clear(): void {
    this.#assemblies.clear();
    this.#bytes = 0;
  }

  #begin(block: Block): Assembly | undefined {
    return block.number === 0 ? { blocks: [], bytes: 0, touchedAtMs: 0 } : undefined;
  }

  #makeRoom(key: string, bytes: number): boolean {
    const { clock, idleMs, maximumTotalBytes } = this.#options;
    if (this.#bytes + bytes <= maximumTotalBytes) return true;
    const oldestMs = clock.monotonicMs() - idleMs;
    for (const [candidate, { touchedAtMs }] of this.#assemblies) {
      if (candidate !== key && touchedAtMs < oldestMs) this.#forget(candidate);
    }
    return this.#bytes + bytes <= maximumTotalBytes;
  }

  #forget(key: string): void {
    const assembly = this.#assemblies.get(key);
    if (!assembly) return;
    this.#bytes -= assembly.bytes;
    this.#assemblies.delete(key);
  }
}

/** All but the last block are full; several in one message are full blocks (RFC 8323, section 6). */
function isWhole({ more, size, isBert }: Block, payload: Buffer): boolean {
  if (!more) return true;
  return isBert ? payload.length > 0 && payload.length % size === 0 : payload.length === size;
}
