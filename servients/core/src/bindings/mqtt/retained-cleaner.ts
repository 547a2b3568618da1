import type { Clock } from "../../time";
import type { Publication } from "./outbox";
import { within } from "./within";

/** Longest wait for the broker to forget, ms. */
const CLEAR_MS = 1000;

/** Makes the broker forget what is retained of destroyed Things, also when none is there just then. */
export class RetainedCleaner {
  readonly #topics = new Set<string>();
  readonly #clock: Clock;
  readonly #publish: (publication: Publication) => void;

  constructor(clock: Clock, publish: (publication: Publication) => void) {
    this.#clock = clock;
    this.#publish = publish;
  }

  /** Topics of a Thing that is gone. */
  add(topics: Iterable<string>): void {
    for (const topic of topics) this.#topics.add(topic);
  }

  /** Topics that are in use, again perhaps. */
  keep(topics: Iterable<string>): void {
    for (const topic of topics) this.#topics.delete(topic);
  }

  /** An empty retained message makes the broker forget (MQTT 5, 3.3.1.3). */
  async clear(): Promise<void> {
    await within(
      this.#clock,
      CLEAR_MS,
      Promise.all([...this.#topics].map((one) => this.#one(one))),
    );
  }

  #one(topic: string): Promise<void> {
    return new Promise((resolve) => {
      this.#publish({
        topic,
        payload: "",
        qos: 1,
        retain: true,
        perishable: true,
        onResult: (error) => {
          if (!error) this.#topics.delete(topic);
          resolve();
        },
      });
    });
  }
}
