import type { Clock } from "@fogwot/core";
import type { ServerPort } from "./variant-td";
import type { TrafficCounter, VariantTraffic } from "./wire/traffic";

/** TCP may hold its last acknowledgement back for so long. */
const SETTLE_MS = 60;

/** Sums up what blocks of interactions cost on the way to some servers. */
export class Meter {
  readonly #counter: TrafficCounter;
  readonly #clock: Clock;
  readonly #traffic = new Map<string, VariantTraffic>();

  constructor(counter: TrafficCounter, clock: Clock) {
    this.#counter = counter;
    this.#clock = clock;
  }

  /** By the keys given to `around`. */
  get traffic(): ReadonlyMap<string, VariantTraffic> {
    return this.#traffic;
  }

  /**
   * Counts what passes while the block runs.
   *
   * @param ports of the servers; without any nothing is counted
   * @param interactions that the block's result stands for
   */
  async around<T>(
    key: string,
    ports: readonly ServerPort[],
    block: () => Promise<T>,
    interactions: (result: T) => number,
  ): Promise<T> {
    if (ports.length === 0) return block();
    const before = await this.#counter.read(ports);
    const result = await block();
    if (this.#counter.how === "interface") await this.#clock.sleep(SETTLE_MS);
    const after = await this.#counter.read(ports);
    // Sockets under TLS are not seen: that is unknown, and not nothing.
    if (after.bytes === before.bytes) return result;
    const sum = this.#traffic.get(key) ?? { requests: 0, bytes: 0, packets: 0 };
    const packets =
      before.packets === null || after.packets === null || sum.packets === null
        ? null
        : sum.packets + after.packets - before.packets;
    this.#traffic.set(key, {
      requests: sum.requests + interactions(result),
      bytes: sum.bytes + after.bytes - before.bytes,
      packets,
    });
    return result;
  }
}
