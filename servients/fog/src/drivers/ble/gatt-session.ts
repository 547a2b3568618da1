import type { NobleCharacteristic, NoblePeripheral } from "./noble";
import { ESS, ESS_QUANTITIES, plainUuid, VENDOR } from "./profile";

export interface GattSessionOptions {
  readonly peripheral: NoblePeripheral;
  /** A notification: quantity, and its bytes. */
  readonly onNotification: (characteristic: string, value: Buffer) => void;
}

/** What a device refused, or does not have. */
export class GattRefusal {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}

/**
 * What is known of a connected peripheral, and what can be asked of it; one call at a time, or
 * noble mixes their answers up. No call here ends by itself when the connection goes: whoever
 * calls has a time-out, and disconnects when it passes.
 */
export class GattSession {
  readonly #values: ReadonlyMap<string, NobleCharacteristic>;
  readonly #interval: NobleCharacteristic | undefined;
  #isEnded = false;

  private constructor(
    values: ReadonlyMap<string, NobleCharacteristic>,
    interval: NobleCharacteristic | undefined,
  ) {
    this.#values = values;
    this.#interval = interval;
  }

  /** Finds what the peripheral has, and subscribes to what it tells by itself. */
  static async open({
    peripheral,
    onNotification,
  }: GattSessionOptions): Promise<GattSession | GattRefusal> {
    const vendor = plainUuid(VENDOR.service);
    const interval = plainUuid(VENDOR.samplingInterval);
    const found = new Map<string, NobleCharacteristic>();
    for (const service of await peripheral.discoverServicesAsync([ESS.service, vendor])) {
      for (const one of await service.discoverCharacteristicsAsync([])) {
        // A sensor may measure a quantity in several places: the first one counts.
        if (!found.has(one.uuid)) found.set(one.uuid, one);
      }
    }
    const values = new Map<string, NobleCharacteristic>();
    for (const uuid of Object.keys(ESS_QUANTITIES)) {
      const one = found.get(uuid);
      if (one?.properties.includes("read")) values.set(uuid, one);
    }
    if (values.size === 0) return new GattRefusal("no temperature or humidity to read");
    for (const [uuid, one] of values) {
      if (!one.properties.includes("notify")) continue;
      // The library keeps the object over a reconnect, and its listeners with it.
      one.removeAllListeners("data");
      one.on("data", (value, isNotification) => {
        if (isNotification) onNotification(uuid, value);
      });
      await one.subscribeAsync();
    }
    return new GattSession(values, found.get(interval));
  }

  get characteristics(): readonly string[] {
    return [...this.#values.keys()];
  }

  /** The connection is gone: nothing more is asked over it. */
  end(): void {
    this.#isEnded = true;
  }

  /** Every value, one after the other. */
  async read(): Promise<ReadonlyMap<string, Buffer> | GattRefusal> {
    const answers = new Map<string, Buffer>();
    for (const [uuid, one] of this.#values) {
      if (this.#isEnded) return new GattRefusal("the connection is gone");
      const value = await one.readAsync();
      // An ATT error comes as an empty value: no value of this service has no bytes.
      if (value.length === 0) return new GattRefusal("it has no sample");
      answers.set(uuid, value);
    }
    return answers;
  }

  /**
   * Writes the sampling interval. noble never tells of a write that was refused, but keeps the
   * order: a read behind it that is answered first says that the write will not be.
   */
  async writeInterval(value: Buffer): Promise<GattRefusal | undefined> {
    const one = this.#interval;
    if (!one) return new GattRefusal("it has no sampling interval to set");
    let isWritten = false;
    const written = one.writeAsync(value, false).then(
      () => {
        isWritten = true;
      },
      () => undefined,
    );
    await one.readAsync();
    // Answered in one chunk with the read, it may be a few microtasks behind.
    await Promise.race([written, new Promise((resolve) => setImmediate(resolve))]);
    return isWritten ? undefined : new GattRefusal("value not accepted");
  }
}
