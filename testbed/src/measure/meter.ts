import type { Clock } from "@fogwot/core";
import type { Metered } from "./sampling";
import type { ServerPort } from "./variant-td";
import type { TrafficCounter, VariantTraffic } from "./wire/traffic";

/** TCP may hold its last acknowledgement back for so long. */
const SETTLE_MS = 60;

/** Sums up what each variant's blocks of requests cost. */
export class Meter {
  readonly #counter: TrafficCounter;
  readonly #ports: ReadonlyMap<string, readonly ServerPort[]>;
  readonly #clock: Clock;
  readonly #traffic = new Map<string, VariantTraffic>();

  /** @param ports of each variant's servers, by the variant's name; what has none is not counted */
  constructor(
    counter: TrafficCounter,
    ports: ReadonlyMap<string, readonly ServerPort[]>,
    clock: Clock,
  ) {
    this.#counter = counter;
    this.#ports = ports;
    this.#clock = clock;
  }

  /** By variant. */
  get traffic(): ReadonlyMap<string, VariantTraffic> {
    return this.#traffic;
  }

  readonly metered: Metered = async (name, block) => {
    const ports = this.#ports.get(name);
    if (!ports || ports.length === 0) return block();
    const before = await this.#counter.read(ports);
    const samples = await block();
    if (this.#counter.how === "interface") await this.#clock.sleep(SETTLE_MS);
    const after = await this.#counter.read(ports);
    const sum = this.#traffic.get(name) ?? { requests: 0, bytes: 0, packets: 0 };
    const packets =
      before.packets === null || after.packets === null || sum.packets === null
        ? null
        : sum.packets + after.packets - before.packets;
    this.#traffic.set(name, {
      requests: sum.requests + samples.length,
      bytes: sum.bytes + after.bytes - before.bytes,
      packets,
    });
    return samples;
  };
}
