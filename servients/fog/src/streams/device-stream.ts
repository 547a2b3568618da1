import {
  type Clock,
  DeviceFaultError,
  DeviceTimeoutError,
  OverloadedError,
  validateConfig,
} from "@fogwot/core";
import type { DriverReply, DriverRequest, Reading } from "../drivers/driver";
import { Expectations } from "./expectations";
import type { CommandStatus, StreamCodec, StreamType } from "./stream-type";

export interface DeviceStreamOptions {
  readonly id: string;
  readonly type: StreamType;
  /** The network's setting `stream`. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly clock: Clock;
  /** The way to the driver. */
  readonly query: (request: DriverRequest, timeoutMs: number) => Promise<DriverReply>;
  readonly onReading: (reading: Reading) => void;
}

/** Two poses of the slowest robot: an acknowledgement comes between two frames. */
const REPEAT_MS = 300;
const MAX_ID = 255;

/** A device that speaks by itself, as the fog node sees it: its bytes decoded, its commands answered. */
export class DeviceStream {
  readonly #options: DeviceStreamOptions;
  readonly #codec: StreamCodec;
  readonly #readings: Expectations<"reading", Reading>;
  readonly #acknowledgements: Expectations<number, CommandStatus>;
  readonly #commandListeners = new Set<(name: string) => void>();
  #timestampMs = 0;
  #lastId = 0;

  /** @throws ConfigError for settings that are not the type's */
  constructor(options: DeviceStreamOptions) {
    const { id, type, settings, clock, onReading } = options;
    this.#options = options;
    this.#readings = new Expectations(clock);
    this.#acknowledgements = new Expectations(clock);
    const checked = validateConfig<Record<string, unknown>>(
      settings,
      type.settings,
      `setting stream of ${id}`,
    );
    this.#codec = type.create(checked, {
      reading: (sequence, values) => {
        const reading = { values, timestampMs: this.#timestampMs, ageMs: 0, sequence };
        onReading(reading);
        this.#readings.meet("reading", reading);
      },
      acknowledgement: (command, status) => this.#acknowledgements.meet(command, status),
    });
  }

  /** Since the fog node's start. */
  get counters(): Readonly<Record<string, number>> {
    return this.#codec.counters;
  }

  get dialect(): string | null {
    return this.#codec.dialect;
  }

  /** Hears of every command that the device has carried out, whoever gave it. */
  onCommand(listener: (name: string) => void): () => void {
    this.#commandListeners.add(listener);
    return () => this.#commandListeners.delete(listener);
  }

  /** @param timestampMs wall-clock time at which the last of the bytes was there */
  push(bytes: Uint8Array, timestampMs: number): void {
    this.#timestampMs = timestampMs;
    this.#codec.push(bytes);
  }

  /**
   * The next reading that the stream brings. The driver is asked as well: it knows why there is none.
   * @throws what Driver.query throws
   */
  async read(timeoutMs: number): Promise<DriverReply> {
    const { id, clock, query } = this.#options;
    const startedAtMs = clock.monotonicMs();
    const expected = this.#readings.expect("reading", timeoutMs, () => {
      return new DeviceTimeoutError(id, timeoutMs);
    });
    try {
      const [reading] = await Promise.all([expected.met, query({ op: "read" }, timeoutMs)]);
      return { reading, deviceRttMs: clock.monotonicMs() - startedAtMs };
    } finally {
      expected.cancel();
    }
  }

  /**
   * Sends a command, again and again with the same id until it is acknowledged: commands are such that
   * twice is once.
   * @throws DeviceTimeoutError, DeviceFaultError where the device refuses; what Driver.query throws
   */
  async command(name: string, timeoutMs: number): Promise<{ readonly deviceRttMs: number }> {
    const { id, clock } = this.#options;
    const command = this.#newId();
    const bytes = this.#codec.encode(command, name);
    const startedAtMs = clock.monotonicMs();
    const expected = this.#acknowledgements.expect(command, timeoutMs, () => {
      return new DeviceTimeoutError(id, timeoutMs);
    });
    let cancelRepeat: () => void = () => undefined;
    const sending = new Promise<never>((_, reject) => {
      const send = (): void => {
        cancelRepeat = clock.schedule(REPEAT_MS, send);
        this.#options.query({ op: "write", bytes }, timeoutMs).catch(reject);
      };
      send();
    });
    try {
      const status = await Promise.race([expected.met, sending]);
      if (status !== "done") {
        throw new DeviceFaultError(
          id,
          `${name}: ${status === "refused" ? "refused" : "not known"}`,
        );
      }
      for (const listener of this.#commandListeners) listener(name);
      return { deviceRttMs: clock.monotonicMs() - startedAtMs };
    } finally {
      cancelRepeat();
      expected.cancel();
    }
  }

  #newId(): number {
    for (let tries = 0; tries < MAX_ID; tries++) {
      this.#lastId = (this.#lastId % MAX_ID) + 1;
      const isReserved = this.#options.type.reservedIds.includes(this.#lastId);
      if (!isReserved && !this.#acknowledgements.isExpected(this.#lastId)) return this.#lastId;
    }
    throw new OverloadedError(`${MAX_ID} commands wait for ${this.#options.id}`);
  }
}
