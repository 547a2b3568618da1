import { type Logger, toFogwotError } from "@fogwot/core";
import type { OutcomeRow, ReadingRow, Store } from "../store";
import type { EventLog } from "./event-log";

/**
 * Takes the rows of the mash-up into the store.
 *
 * A Thing may report what no column can hold; its outcome counts all the same. When the store
 * fails, sensing goes on, and the rows lost are counted and told once per failure's kind.
 */
export class RowSink {
  readonly #store: Store;
  readonly #events: EventLog;
  readonly #log: Logger;
  #lostRows = 0;
  #malformedReadings = 0;
  #failing: string | undefined;

  constructor(options: { store: Store; events: EventLog; log: Logger }) {
    this.#store = options.store;
    this.#events = options.events;
    this.#log = options.log;
  }

  /** Outcomes that could not be stored since the start. */
  get lostRows(): number {
    return this.#lostRows;
  }

  /** Readings whose value or time is no number. */
  get malformedReadings(): number {
    return this.#malformedReadings;
  }

  async take(outcomes: readonly OutcomeRow[], readings: readonly ReadingRow[]): Promise<void> {
    const sound = readings.filter(
      ({ value, timestampMs }) => Number.isFinite(value) && Number.isSafeInteger(timestampMs),
    );
    this.#malformedReadings += readings.length - sound.length;
    try {
      await this.#store.append(outcomes, sound);
      this.#failing = undefined;
    } catch (thrown) {
      this.#lostRows += outcomes.length;
      const { code, message } = toFogwotError(thrown);
      this.#log.error({ err: thrown, rows: outcomes.length }, "rows were not stored");
      if (this.#failing !== code) this.#events.record("rows-lost", { code, reason: message });
      this.#failing = code;
    }
  }
}
