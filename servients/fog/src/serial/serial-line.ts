import type { Clock, Logger } from "@fogwot/core/base";
import { SerialPort } from "serialport";
import { LineDownError } from "./errors";
import type { SerialSettings } from "./settings";

export interface SerialLineOptions {
  readonly settings: SerialSettings;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onBytes: (chunk: Buffer) => void;
  /** The line stands, or is gone; what was written and not yet sent is lost then. */
  readonly onState: (isOpen: boolean) => void;
  /** Between two tries to open it. @default first 100 ms, doubled up to 2 000 ms */
  readonly backoff?: { readonly firstMs: number; readonly maxMs: number };
}

/** At the slowest usual speed a second's worth; a line that takes no more is worth no more. */
const MAX_QUEUED_BYTES = 16_384;
/**
 * A write that takes longer has hung: the poller of serialport 13 forgets one that waits for room
 * as soon as a read waits too, until the other end speaks again.
 */
const WRITE_LIMIT_MS = 5_000;

/**
 * A serial line that may be unplugged at any time, and plugged in again: opened at the start or as
 * soon as it is there, opened anew after every hang-up, until `stop`.
 */
export class SerialLine {
  /** Times it was opened, hung up, could not be opened; writes that found no line or no room. */
  readonly counters = { opened: 0, hangUps: 0, openFailures: 0, unsent: 0 };
  readonly #options: SerialLineOptions;
  readonly #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #port: SerialPort | undefined;
  #isOpen = false;
  #isRunning = false;
  #delayMs = 0;
  #reason = "not opened yet";
  #cancelRetry: () => void = () => undefined;
  #cancelWrite: (() => void) | undefined;
  #closing: Promise<void> = Promise.resolve();

  constructor(options: SerialLineOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Resolves after the first try to open the line, whatever came of it: `isOpen` tells. */
  async start(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#delayMs = 0;
    await this.#closing;
    if (this.#isRunning) await this.#open();
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    this.#cancelRetry();
    this.#drop("stopped");
    await this.#closing;
  }

  /** @throws LineDownError where there is no line, or no room to send more */
  write(bytes: Uint8Array): void {
    if (!this.#isOpen || this.#queuedBytes + bytes.length > MAX_QUEUED_BYTES) {
      this.counters.unsent++;
      throw this.down();
    }
    this.#queue.push(bytes);
    this.#queuedBytes += bytes.length;
    if (!this.#cancelWrite) this.#send();
  }

  /** Why there is no line. */
  down(): LineDownError {
    const reason = this.#isOpen ? "it takes no more bytes" : this.#reason;
    return new LineDownError(this.#options.settings.path, reason);
  }

  #open(): Promise<void> {
    const { settings, log } = this.#options;
    const { path, baudRate, rtscts } = settings;
    return new Promise((resolve) => {
      const port = new SerialPort({ path, baudRate, rtscts, lock: true, autoOpen: false });
      this.#port = port;
      // Both may come, in either order and twice; the first ends this port for us.
      port.on("error", (error) => this.#ended(port, error.message));
      port.on("close", (error: Error | null) => this.#ended(port, error?.message ?? "closed"));
      // Read from the first moment: a port that nobody reads does not notice its hang-up.
      port.on("data", (chunk: Buffer) => {
        if (port === this.#port) this.#options.onBytes(chunk);
      });
      port.open((error) => {
        if (error) this.#ended(port, error.message);
        else if (port === this.#port) this.#opened(port);
        resolve();
      });
      log.debug({ path, baudRate }, "opening");
    });
  }

  #opened(port: SerialPort): void {
    // Stopped while it was being opened.
    if (!this.#isRunning) {
      this.#drop("stopped");
      return;
    }
    this.counters.opened++;
    this.#delayMs = 0;
    this.#isOpen = true;
    this.#options.log.info({ path: port.path }, "serial line open");
    this.#options.onState(true);
  }

  #ended(port: SerialPort, reason: string): void {
    if (port !== this.#port) return;
    const { settings, clock, log, backoff = { firstMs: 100, maxMs: 2_000 } } = this.#options;
    const wasOpen = this.#isOpen;
    if (wasOpen) this.counters.hangUps++;
    else this.counters.openFailures++;
    // Said once, not at every try.
    if (wasOpen || reason !== this.#reason) {
      log.warn({ path: settings.path, reason }, wasOpen ? "serial line gone" : "no serial line");
    }
    this.#drop(reason);
    if (!this.#isRunning) return;
    this.#delayMs = Math.min(backoff.maxMs, Math.max(backoff.firstMs, this.#delayMs * 2));
    this.#cancelRetry = clock.schedule(this.#delayMs, () => void this.#reopen());
  }

  async #reopen(): Promise<void> {
    await this.#closing;
    if (this.#isRunning) await this.#open();
  }

  /** Lets go of the port; idempotent. */
  #drop(reason: string): void {
    const port = this.#port;
    const wasOpen = this.#isOpen;
    this.#port = undefined;
    this.#isOpen = false;
    this.#reason = reason;
    this.#queue.length = 0;
    this.#queuedBytes = 0;
    this.#cancelWrite?.();
    this.#cancelWrite = undefined;
    if (port) this.#closing = closed(port);
    if (wasOpen) this.#options.onState(false);
  }

  /** One write at a time: a queue of ours can be bounded and dropped, the stream's cannot. */
  #send(): void {
    const port = this.#port;
    if (!port || this.#queue.length === 0) return;
    const bytes = Buffer.concat(this.#queue);
    this.#queue.length = 0;
    this.#cancelWrite = this.#options.clock.schedule(WRITE_LIMIT_MS, () =>
      this.#ended(port, `a write did not end within ${WRITE_LIMIT_MS} ms`),
    );
    port.write(bytes, () => {
      if (port !== this.#port) return;
      this.#cancelWrite?.();
      this.#cancelWrite = undefined;
      this.#queuedBytes -= bytes.length;
      this.#send();
    });
  }
}

/** Resolves when the port holds no handle any more; one that is still being opened is closed then. */
function closed(port: SerialPort): Promise<void> {
  return new Promise((resolve) => {
    const close = (): void => {
      if (port.isOpen) port.close(() => resolve());
      else resolve();
    };
    if (port.opening) {
      port.once("open", close);
      port.once("error", () => resolve());
    } else {
      close();
    }
  });
}
