import type { Payload } from "../payload";

export interface RetainedPropertySource {
  readonly topic: string;
  readonly read: () => Promise<Payload>;
  readonly publish: (topic: string, payload: Payload) => void;
}

/**
 * The retained value of one property at the broker: what a consumer that only subscribes reads.
 * Values come as notifications of the Thing, or are read when it gives none.
 */
export class RetainedProperty {
  readonly topic: string;
  readonly #source: RetainedPropertySource;
  #last: Buffer | undefined;
  #changes = 0;

  constructor(source: RetainedPropertySource) {
    this.topic = source.topic;
    this.#source = source;
  }

  /** The Thing said that the value is now this one. */
  take(payload: Payload): void {
    this.#changes++;
    this.#last = payload.body;
    this.#source.publish(this.topic, payload);
  }

  /**
   * Reads the property and publishes it when it differs from what was published last.
   *
   * @param force publish in any case: the broker may have lost it
   * @throws what the read handler throws
   */
  async check(force: boolean): Promise<void> {
    const changes = this.#changes;
    const payload = await this.#source.read();
    // A notification that came meanwhile is newer than what was read.
    if (this.#changes !== changes) return;
    if (!force && this.#last?.equals(payload.body)) return;
    this.take(payload);
  }
}
