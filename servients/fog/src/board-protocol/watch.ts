import type { Clock } from "@fogwot/core/base";
import type { DeviceStatus } from "../drivers/driver";

export interface WatchOptions {
  readonly clock: Clock;
  /** A device silent for this long is asked. */
  readonly keepAliveMs: number;
  /** Keep-alives missed in a row until the device counts as offline. */
  readonly offlineAfter: number;
  readonly probe: () => void;
  readonly onStatus: (status: DeviceStatus) => void;
}

/**
 * One keep-alive of a device that does not answer is up to this many datagrams, evenly spread: on a
 * radio that loses 70 % of them, three keep-alives of one datagram each would call a working device
 * offline every third time, and three of eight once in some thousand. A device that answers gets
 * one, a device known to be offline too.
 */
const PROBES_PER_KEEP_ALIVE = 8;

/** Tells whether a device is there, from frames heard and from its own low-rate probes. */
export class Watch {
  readonly #options: WatchOptions;
  #status: DeviceStatus = "offline";
  #heardAtMs = Number.NEGATIVE_INFINITY;
  #tick = 0;
  #cancel: (() => void) | undefined;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  get status(): DeviceStatus {
    return this.#status;
  }

  start(): void {
    if (!this.#cancel) this.#run();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** Any sound frame of the device. */
  heard(): void {
    this.#heardAtMs = this.#options.clock.monotonicMs();
    this.#become("online");
  }

  /** It cannot be there. */
  cut(): void {
    this.#heardAtMs = Number.NEGATIVE_INFINITY;
    this.#become("offline");
  }

  /** Asks now, unless it was just heard. */
  wake(): void {
    this.stop();
    this.#tick = 0;
    this.#run();
  }

  #run(): void {
    const { clock, keepAliveMs } = this.#options;
    this.#cancel = clock.schedule(keepAliveMs / PROBES_PER_KEEP_ALIVE, () => this.#run());
    this.#check();
  }

  #check(): void {
    const { clock, keepAliveMs, offlineAfter, probe } = this.#options;
    const silentMs = clock.monotonicMs() - this.#heardAtMs;
    if (silentMs < keepAliveMs) {
      this.#tick = 0;
      return;
    }
    if (silentMs >= keepAliveMs * (offlineAfter + 1)) this.#become("offline");
    if (this.#status === "online" || this.#tick % PROBES_PER_KEEP_ALIVE === 0) probe();
    this.#tick++;
  }

  #become(status: DeviceStatus): void {
    if (status === this.#status) return;
    this.#status = status;
    this.#options.onStatus(status);
  }
}
