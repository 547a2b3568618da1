import type { Clock } from "@fogwot/core";
import type { Peer } from "./packets";

/** A peripheral's end of one connection. */
export interface PeripheralConnection {
  /** An ATT PDU of the central. */
  take(pdu: Buffer): void;
  /** The connection is no more; idempotent. */
  end(): void;
}

/** A device that advertises itself, and takes one central at a time. */
export interface Peripheral extends Peer {
  readonly advertisement: Buffer;
  readonly scanResponse: Buffer;
  /** It has power and is within reach: its packets get through. */
  readonly isThere: boolean;
  connect(send: (pdu: Buffer) => void): PeripheralConnection;
}

/** Who listens to the air: the controller at the end of a line. */
export interface Listener {
  /** Advertising events come at this pace, to whoever scans or waits for a peripheral. */
  onAdvertising(peripheral: Peripheral): void;
  /** Called once per tick: connections whose peripheral is away run out of time. */
  onTick(): void;
}

/** Apple's and Nordic's advice for quick discovery. */
export const ADVERTISING_INTERVAL_MS = 100;

/** What the peripherals and one controller share: advertisements, heard as long as it listens. */
export class Air {
  readonly #clock: Clock;
  readonly #peripherals = new Set<Peripheral>();
  readonly #connected = new Set<Peripheral>();
  #listener: Listener | undefined;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(peripheral: Peripheral): void {
    this.#peripherals.add(peripheral);
  }

  find(address: string): Peripheral | undefined {
    return [...this.#peripherals].find((one) => one.address === address);
  }

  /** Advertising, so that it can be connected to. */
  isAdvertising(peripheral: Peripheral): boolean {
    return peripheral.isThere && !this.#connected.has(peripheral);
  }

  occupy(peripheral: Peripheral): void {
    this.#connected.add(peripheral);
  }

  release(peripheral: Peripheral): void {
    this.#connected.delete(peripheral);
  }

  start(listener: Listener): void {
    this.#listener = listener;
    if (!this.#cancel) this.#schedule();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#listener = undefined;
    this.#connected.clear();
  }

  #schedule(): void {
    this.#cancel = this.#clock.schedule(ADVERTISING_INTERVAL_MS, () => {
      this.#schedule();
      this.#listener?.onTick();
      for (const one of this.#peripherals) {
        if (this.isAdvertising(one)) this.#listener?.onAdvertising(one);
      }
    });
  }
}
