import type { Clock, Logger } from "@fogwot/core/base";
import type { Connector } from "./connector";
import { GattRefusal, GattSession } from "./gatt-session";
import { disconnect, type NoblePeripheral } from "./noble";

export interface DeviceConnectionOptions {
  readonly deviceId: string;
  readonly address: string;
  readonly connector: Connector;
  readonly connectTimeoutMs: number;
  readonly clock: Clock;
  readonly log: Logger;
  readonly count: (cause: string) => void;
  readonly onNotification: (characteristic: string, value: Buffer) => void;
  /** Connected, everything found, subscribed. */
  readonly onReady: (session: GattSession) => void;
  /** The device or the air ended the connection. */
  readonly onLost: () => void;
  /** Not connected for so long that there is no use in waiting. */
  readonly onAway: () => void;
}

/** A device that has nothing to read is looked at again after this long. */
const REFUSED_PAUSE_MS = 5_000;
/** Attempts that a device may wait for: its own, and one of another that is gone. */
const PATIENCE = 3;
const RETRY_PAUSE_MS = 100;
const DISCONNECT_LIMIT_MS = 1_000;

/** Keeps one device connected: set up after each connect, wanted anew after each loss. */
export class DeviceConnection {
  readonly #options: DeviceConnectionOptions;
  #peripheral: NoblePeripheral | undefined;
  /** Of the connection in hand: it tells whether that is still the same one. */
  #onDisconnect: (() => void) | undefined;
  #isRunning = false;
  #isAway = false;
  #cancelAway: () => void = () => undefined;
  #cancelSetUp: () => void = () => undefined;
  #cancelWant: () => void = () => undefined;

  constructor(options: DeviceConnectionOptions) {
    this.#options = options;
  }

  get isAway(): boolean {
    return this.#isAway;
  }

  get isConnected(): boolean {
    return this.#peripheral !== undefined;
  }

  start(): void {
    this.#isRunning = true;
    this.#want(false);
  }

  stop(): void {
    this.#isRunning = false;
    this.#isAway = false;
    // The adapter may be one that others use too: its peripherals are left free.
    if (this.#peripheral) disconnect(this.#peripheral);
    this.#release();
    this.#options.connector.forget(this.#options.address);
    this.#cancelAway();
  }

  /** The radio is gone, and the connection with it. */
  cut(): void {
    this.#release();
    if (this.#isRunning) this.#want(false);
  }

  /** The connection is of no more use: its next answer would be taken for another one's. */
  reconnect(pauseMs = 0): void {
    const { clock, count } = this.#options;
    const peripheral = this.#peripheral;
    this.#release();
    if (!this.#isRunning || !peripheral) return;
    count("reconnects");
    const again = (): void => {
      this.#cancelWant();
      peripheral.removeListener("disconnect", again);
      if (!this.#isRunning || this.#peripheral) return;
      if (pauseMs === 0) this.#want(true);
      else this.#cancelWant = clock.schedule(pauseMs, () => this.#want(false));
    };
    // A controller that does not say so within its time is asked all the same.
    this.#cancelWant = clock.schedule(DISCONNECT_LIMIT_MS, again);
    peripheral.on("disconnect", again);
    if (!disconnect(peripheral)) again();
  }

  #want(isNear: boolean): void {
    const { clock, connector, connectTimeoutMs, address, onAway } = this.#options;
    this.#cancelAway();
    this.#cancelAway = clock.schedule(PATIENCE * connectTimeoutMs, () => {
      this.#isAway = true;
      onAway();
    });
    const onConnected = (peripheral: NoblePeripheral) => void this.#connected(peripheral);
    connector.want({ address, onConnected }, { isNear });
  }

  async #connected(peripheral: NoblePeripheral): Promise<void> {
    const { clock, log, deviceId, connectTimeoutMs, onNotification, onLost } = this.#options;
    if (!this.#isRunning) {
      disconnect(peripheral);
      return;
    }
    const onDisconnect = (): void => {
      peripheral.removeListener("disconnect", onDisconnect);
      if (this.#onDisconnect !== onDisconnect) return;
      this.#options.count("connectionsLost");
      this.#release();
      onLost();
      if (this.#isRunning) this.#want(true);
    };
    this.#peripheral = peripheral;
    this.#onDisconnect = onDisconnect;
    peripheral.on("disconnect", onDisconnect);
    this.#cancelSetUp = clock.schedule(PATIENCE * connectTimeoutMs, () => this.reconnect());
    try {
      const session = await GattSession.open({ peripheral, onNotification });
      // Lost, or given up, meanwhile.
      if (this.#onDisconnect === onDisconnect) this.#found(session);
    } catch (error) {
      log.debug({ device: deviceId, err: error }, "set-up failed");
      if (this.#onDisconnect === onDisconnect) this.reconnect(RETRY_PAUSE_MS);
    }
  }

  #found(session: GattSession | GattRefusal): void {
    const { count, log, deviceId, onReady } = this.#options;
    this.#cancelSetUp();
    if (session instanceof GattRefusal) {
      count("unsuitable");
      log.warn({ device: deviceId, reason: session.reason }, "connected, but of no use");
      this.reconnect(REFUSED_PAUSE_MS);
      return;
    }
    count("connections");
    this.#cancelAway();
    this.#isAway = false;
    onReady(session);
  }

  #release(): void {
    this.#cancelSetUp();
    this.#cancelWant();
    this.#peripheral = undefined;
    this.#onDisconnect = undefined;
  }
}
