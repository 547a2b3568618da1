import {
  ConfigError,
  DriverUnavailableError,
  Link,
  NotFoundError,
  OperationNotAllowedError,
} from "@fogwot/core/base";
import { SerialLine } from "../../serial";
import type {
  DeviceState,
  DeviceStatus,
  Driver,
  DriverConfig,
  DriverContext,
  DriverData,
  DriverReply,
  DriverRequest,
} from "../driver";
import type { Rs232Settings } from "./settings";
import { Waiters } from "./waiters";

/** One device that is a stream of bytes on a serial line: chunks with the time they came at. */
export class Rs232Driver implements Driver {
  readonly #counts = { bytes: 0, chunks: 0, written: 0 };
  readonly #context: DriverContext;
  readonly #settings: Rs232Settings;
  readonly #id: string;
  readonly #filter: Link;
  readonly #line: SerialLine;
  readonly #waiters: Waiters;
  readonly #listeners = new Set<(data: DriverData) => void>();
  #isRunning = false;
  #status: DeviceStatus = "offline";
  #lastSeenMs: number | null = null;
  #heardAtMs = 0;
  #cancelSilence: (() => void) | undefined;

  /** @throws ConfigError unless there is one device: on a line everybody hears everybody */
  constructor(config: DriverConfig, context: DriverContext) {
    const { clock, log, rng, timeScale } = context;
    const [device, ...others] = config.devices;
    if (!device || others.length > 0) {
      const got = config.devices.length;
      throw new ConfigError("driver rs232", [{ path: "/devices", got, wanted: "one device" }]);
    }
    this.#context = context;
    this.#settings = config.settings as unknown as Rs232Settings;
    this.#id = device.id;
    const settings = device.filter ?? {};
    this.#filter = new Link({ settings, rng: rng(`filter ${device.id}`), clock, timeScale });
    this.#waiters = new Waiters(device.id, clock);
    this.#line = new SerialLine({
      settings: this.#settings,
      clock,
      log,
      onBytes: (chunk) => this.#take(chunk),
      onState: (isOpen) => this.#onLine(isOpen),
    });
  }

  get counters(): Readonly<Record<string, number>> {
    return { ...this.#counts, ...this.#line.counters };
  }

  /** A line that is not there is no failure: it may be plugged in at any time. */
  async start(signal: AbortSignal): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    try {
      signal.throwIfAborted();
      await this.#line.start();
      signal.throwIfAborted();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    this.#filter.stop();
    this.#waiters.refuse(() => new DriverUnavailableError("rs232"));
    await this.#line.stop();
    this.#cancelSilence?.();
    this.#cancelSilence = undefined;
  }

  devices(): readonly DeviceState[] {
    const lastSeenMs = this.#lastSeenMs;
    return [{ id: this.#id, status: this.#status, lastSeenMs, lastReading: null, parameters: {} }];
  }

  async query(
    id: string,
    request: DriverRequest,
    { timeoutMs }: { readonly timeoutMs: number },
  ): Promise<DriverReply> {
    this.#check(id);
    if (!this.#isRunning) throw new DriverUnavailableError("rs232");
    if (!this.#line.isOpen) throw this.#line.down();
    switch (request.op) {
      case "read":
        return { deviceRttMs: await this.#read(timeoutMs) };
      case "write":
        this.#write(request.bytes);
        return { deviceRttMs: 0 };
      default:
        throw new OperationNotAllowedError(request.op, `a device that is a stream (${id})`);
    }
  }

  onData(listener: (data: DriverData) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  filter(id: string): Link {
    this.#check(id);
    return this.#filter;
  }

  #check(id: string): void {
    if (id !== this.#id) throw new NotFoundError(`device ${id}`);
  }

  /** What the filter loses or delays, is not heard while it does. */
  #read(timeoutMs: number): Promise<number> {
    const { lost, delayMs } = this.#filter.exchange();
    return this.#waiters.next(timeoutMs, lost ? Number.POSITIVE_INFINITY : delayMs);
  }

  #write(bytes: Uint8Array): void {
    // A filtered order is lost on its way, as one that the line spoils.
    if (this.#filter.exchange().lost) return;
    this.#line.write(bytes);
    this.#counts.written += bytes.length;
  }

  #take(chunk: Buffer): void {
    const { clock } = this.#context;
    const timestampMs = clock.now();
    this.#counts.bytes += chunk.length;
    this.#counts.chunks++;
    this.#lastSeenMs = timestampMs;
    this.#heardAtMs = clock.monotonicMs();
    this.#become("online");
    this.#cancelSilence ??= clock.schedule(this.#settings.silentMs, () => this.#listen());
    this.#tell({ kind: "bytes", device: this.#id, bytes: chunk, timestampMs });
    this.#waiters.heard();
  }

  /** One timer, however many chunks come. */
  #listen(): void {
    const { clock } = this.#context;
    const leftMs = this.#settings.silentMs - (clock.monotonicMs() - this.#heardAtMs);
    this.#cancelSilence =
      leftMs > 0 ? clock.schedule(Math.ceil(leftMs), () => this.#listen()) : undefined;
    if (leftMs <= 0) this.#become("offline");
  }

  #onLine(isOpen: boolean): void {
    if (isOpen) return;
    this.#cancelSilence?.();
    this.#cancelSilence = undefined;
    this.#waiters.refuse(() =>
      this.#isRunning ? this.#line.down() : new DriverUnavailableError("rs232"),
    );
    this.#become("offline");
  }

  #become(status: DeviceStatus): void {
    if (status === this.#status) return;
    this.#status = status;
    this.#tell({ kind: "status", device: this.#id, status, lastSeenMs: this.#lastSeenMs });
  }

  #tell(data: DriverData): void {
    for (const listener of this.#listeners) listener(data);
  }
}
