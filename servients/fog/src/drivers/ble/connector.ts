import type { Clock, Logger } from "@fogwot/core/base";
import { disconnect, type Noble, type NoblePeripheral } from "./noble";

/** A device that wants to be connected. */
export interface Wanting {
  /** Twelve lower-case hexadecimal digits. */
  readonly address: string;
  /** It is connected; called at most once per wish. */
  onConnected(peripheral: NoblePeripheral): void;
}

export interface ConnectorOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly count: (cause: string) => void;
  /** One attempt; a device that advertises answers within a few of its intervals. */
  readonly connectTimeoutMs: number;
}

const DISCONNECT_LIMIT_MS = 500;
const SCAN_LIMIT_MS = 1_000;
/** After noble itself refused. */
const RETRY_MS = 250;

/**
 * Connects devices one after the other. A controller can wait for one peripheral at a time, and
 * does so for ever: only those are tried that are heard, or were connected a moment ago.
 */
export class Connector {
  readonly #options: ConnectorOptions;
  readonly #wanting = new Map<string, Wanting>();
  readonly #known = new Map<string, NoblePeripheral>();
  /** Tried at once, in the order they came. */
  readonly #heard = new Set<string>();
  #noble: Noble | undefined;
  #isBusy = false;
  #isScanning = false;
  /** Somebody may have been heard in this search before it was wanted. */
  #isStale = false;
  #cancelRetry: () => void = () => undefined;
  readonly #waits = new Set<() => void>();

  constructor(options: ConnectorOptions) {
    this.#options = options;
  }

  /** The radio is up. */
  start(noble: Noble): void {
    this.#noble = noble;
    this.#known.clear();
    noble.on("discover", (peripheral) => {
      if (noble !== this.#noble) return;
      this.#known.set(peripheral.id, peripheral);
      if (!this.#wanting.has(peripheral.id)) return;
      this.#heard.add(peripheral.id);
      void this.#run();
    });
    void this.#run();
  }

  /** The radio is gone, and every connection with it. */
  stop(): void {
    this.#noble = undefined;
    this.#isScanning = false;
    this.#cancelRetry();
    this.#heard.clear();
    this.#known.clear();
    for (const end of this.#waits) end();
  }

  /** `isNear`: it was connected just now, and need not be searched for. */
  want(wanting: Wanting, { isNear = false } = {}): void {
    this.#wanting.set(wanting.address, wanting);
    if (isNear && this.#known.has(wanting.address)) this.#heard.add(wanting.address);
    else this.#isStale = true;
    void this.#run();
  }

  forget(address: string): void {
    this.#wanting.delete(address);
    this.#heard.delete(address);
  }

  async #run(): Promise<void> {
    const noble = this.#noble;
    if (!noble || this.#isBusy) return;
    this.#isBusy = true;
    try {
      await this.#work(noble);
    } catch (error) {
      this.#options.count("connectorFaults");
      this.#options.log.debug({ err: error }, "noble refused");
      this.#retry();
    }
    this.#isBusy = false;
    // The radio was exchanged, or a device was heard, while this ran.
    const isStill = this.#noble === noble;
    if (this.#noble && (!isStill || this.#heard.size > 0 || this.#isStale)) void this.#run();
  }

  async #work(noble: Noble): Promise<void> {
    for (const address of this.#heard) {
      if (noble !== this.#noble) return;
      this.#heard.delete(address);
      const peripheral = this.#known.get(address);
      if (peripheral && this.#wanting.has(address)) await this.#connect(noble, peripheral);
    }
    if (noble !== this.#noble) return;
    const isWanted = this.#wanting.size > 0;
    if (!isWanted || this.#isStale) await this.#scan(noble, false);
    if (isWanted && noble === this.#noble) await this.#scan(noble, true);
  }

  async #scan(noble: Noble, isOn: boolean): Promise<void> {
    if (isOn === this.#isScanning) return;
    this.#isScanning = isOn;
    this.#isStale = false;
    // Devices of ours need not say in their advertisement what they are.
    const change = isOn ? noble.startScanningAsync([], false) : noble.stopScanningAsync();
    await this.#within(SCAN_LIMIT_MS, change);
  }

  async #connect(noble: Noble, peripheral: NoblePeripheral): Promise<void> {
    const { count, connectTimeoutMs } = this.#options;
    // Not every controller connects while it scans.
    await this.#scan(noble, false);
    if (peripheral.state === "connected") await this.#disconnect(peripheral);
    if (noble !== this.#noble) return;
    count("connectAttempts");
    const connecting = peripheral.connectAsync().then(
      () => true,
      () => false,
    );
    const isConnected = await this.#within(connectTimeoutMs, connecting);
    if (noble !== this.#noble) return;
    const wanting = this.#wanting.get(peripheral.id);
    if (isConnected === true) {
      this.#wanting.delete(peripheral.id);
      if (wanting) wanting.onConnected(peripheral);
      else disconnect(peripheral);
      return;
    }
    count("connectFailures");
    // Not cancelled, it would block all others. The controller's own word on it comes later, as a
    // failure of whichever attempt to connect this device is under way then; that is tried again.
    if (isConnected === undefined) peripheral.cancelConnect();
  }

  /** It came when the attempt had just been given up: noble would refuse to connect it again. */
  async #disconnect(peripheral: NoblePeripheral): Promise<void> {
    let onDisconnect: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => {
      onDisconnect = resolve;
    });
    peripheral.on("disconnect", onDisconnect);
    if (disconnect(peripheral)) await this.#within(DISCONNECT_LIMIT_MS, ended);
    peripheral.removeListener("disconnect", onDisconnect);
  }

  #retry(): void {
    this.#cancelRetry();
    this.#cancelRetry = this.#options.clock.schedule(RETRY_MS, () => void this.#run());
  }

  /** @returns undefined after the limit, and when the radio goes */
  #within<T>(limitMs: number, promise: Promise<T>): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        cancel();
        this.#waits.delete(end);
        resolve(undefined);
      };
      const cancel = this.#options.clock.schedule(limitMs, end);
      this.#waits.add(end);
      promise.then(
        (value) => {
          resolve(value);
          end();
        },
        (error: Error) => {
          reject(error);
          end();
        },
      );
    });
  }
}
