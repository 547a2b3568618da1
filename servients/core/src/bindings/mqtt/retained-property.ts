import type { Payload } from "../payload";

/** The Thing whose properties they are. One for all of them: a thousand Things have ten thousand. */
export interface RetainedPropertyHost {
  /** @throws what the read handler throws */
  readValue(property: RetainedProperty): Promise<Payload>;
  retainValue(property: RetainedProperty, payload: Payload): void;
}

/**
 * The retained value of one property at the broker: what a consumer that only subscribes reads.
 * Values come as notifications of the Thing, or are read when it gives none.
 */
export class RetainedProperty {
  readonly name: string;
  readonly #host: RetainedPropertyHost;
  /**
   * The bytes published last, as text. A Buffer of a few bytes is a part of a block of eight
   * kilobytes, all of which it would keep.
   */
  #last: string | undefined;
  #changes = 0;

  constructor(host: RetainedPropertyHost, name: string) {
    this.#host = host;
    this.name = name;
  }

  /** The Thing said that the value is now this one. */
  take(payload: Payload): void {
    this.#changes++;
    this.#last = payload.body.toString("latin1");
    this.#host.retainValue(this, payload);
  }

  /**
   * Reads the property and publishes it when it differs from what was published last.
   *
   * @param force publish in any case: the broker may have lost it
   * @throws what the read handler throws
   */
  async check(force: boolean): Promise<void> {
    const changes = this.#changes;
    const payload = await this.#host.readValue(this);
    // A notification that came meanwhile is newer than what was read.
    if (this.#changes !== changes) return;
    if (!force && this.#last === payload.body.toString("latin1")) return;
    this.take(payload);
  }
}
