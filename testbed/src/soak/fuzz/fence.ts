import type { MqttWire } from "../malformed/mqtt-wire";

/**
 * A sound request behind the unsound ones, on the same connection: messages keep their order, so
 * when it is answered all before it have been taken in.
 */
export class Fence {
  readonly #property: string;
  readonly #subscribed = new WeakSet<MqttWire>();
  #sequence = 0;

  /** @param property topic of a property */
  constructor(property: string) {
    this.#property = property;
  }

  /** @throws WaitTimeoutError */
  async pass(wire: MqttWire): Promise<void> {
    if (!this.#subscribed.has(wire)) {
      this.#subscribed.add(wire);
      await wire.subscribe(`${this.#property}/response/fence/+`);
    }
    wire.publish(`${this.#property}/get/fence/${++this.#sequence}`, Buffer.alloc(0));
    await wire.message();
  }
}
