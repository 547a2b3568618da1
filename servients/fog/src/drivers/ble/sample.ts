import type { Clock } from "@fogwot/core/base";
import type { Reading } from "../driver";
import { ESS_QUANTITIES } from "./profile";

export interface SampleOptions {
  readonly clock: Clock;
  readonly count: (cause: string) => void;
  /** A sound value came. */
  readonly onHeard: () => void;
  /** What the device told by itself, all of its quantities in one. */
  readonly onReading: (reading: Reading) => void;
}

/** The notifications of one sample follow each other within a connection event or two. */
const SETTLE_MS = 20;

/** Puts the values of a device, which come one by one, together as readings. */
export class Sample {
  readonly #options: SampleOptions;
  readonly #values = new Map<string, number>();
  #expected: readonly string[] = [];
  #cancel: (() => void) | undefined;

  constructor(options: SampleOptions) {
    this.#options = options;
  }

  /** The device has these characteristics: a reading has a value of each. */
  expect(characteristics: readonly string[]): void {
    this.stop();
    this.#values.clear();
    this.#expected = characteristics;
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** Answers to a read; undefined where one of them is no value. */
  take(answers: ReadonlyMap<string, Uint8Array>): Reading | undefined {
    const isSound = [...answers].map(([uuid, bytes]) => this.#keep(uuid, bytes)).every(Boolean);
    return isSound ? this.#reading() : undefined;
  }

  /** A notification. Never throws. */
  hear(uuid: string, bytes: Uint8Array): void {
    if (!this.#keep(uuid, bytes)) return;
    this.#options.onHeard();
    this.#cancel ??= this.#options.clock.schedule(SETTLE_MS, () => {
      this.#cancel = undefined;
      const reading = this.#reading();
      if (reading) this.#options.onReading(reading);
    });
  }

  #keep(uuid: string, bytes: Uint8Array): boolean {
    const known = ESS_QUANTITIES[uuid];
    const value = known?.decode(bytes);
    if (!known || value === undefined) {
      this.#options.count("malformed");
      return false;
    }
    if (value !== null) this.#values.set(known.quantity, value);
    else this.#values.delete(known.quantity);
    return value !== null;
  }

  #reading(): Reading | undefined {
    const values: Record<string, number> = {};
    for (const uuid of this.#expected) {
      const quantity = ESS_QUANTITIES[uuid]?.quantity ?? uuid;
      const value = this.#values.get(quantity);
      if (value === undefined) return undefined;
      values[quantity] = value;
    }
    // The service does not tell how old a value is; it is the sensor's newest.
    return { values, timestampMs: this.#options.clock.now(), ageMs: 0 };
  }
}
