import type { Rng } from "../../../random";
import type { Clock } from "../../../time";
import type { TransmissionParameters } from "../message";
import type { Remote, SendDatagram } from "./remote";

/** How a confirmable message ended: the peer's answer, or none to any retransmission. */
export type Delivery = "acknowledged" | "reset" | "timeout";

export interface ConfirmableSenderOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly parameters: TransmissionParameters;
  readonly send: SendDatagram;
}

interface Transmission {
  readonly datagram: Buffer;
  readonly remote: Remote;
  readonly onDelivery: (delivery: Delivery) => void;
  waitMs: number;
  retransmissions: number;
  cancelTimer: () => void;
}

/**
 * Reliable transmission: retransmits a confirmable message with exponential back-off until it is
 * acknowledged, reset, given up or cancelled.
 *
 * @see RFC 7252, section 4.2
 */
export class ConfirmableSender {
  readonly #transmissions = new Map<number, Transmission>();
  readonly #options: ConfirmableSenderOptions;
  #retransmissions = 0;

  constructor(options: ConfirmableSenderOptions) {
    this.#options = options;
  }

  /** Messages that wait for their acknowledgement. */
  get pending(): number {
    return this.#transmissions.size;
  }

  get retransmissions(): number {
    return this.#retransmissions;
  }

  has(messageId: number): boolean {
    return this.#transmissions.has(messageId);
  }

  /** Sends now. `onDelivery` is called at most once, and not after `cancel`. */
  transmit(
    messageId: number,
    datagram: Buffer,
    remote: Remote,
    onDelivery: (delivery: Delivery) => void,
  ): void {
    const { rng, parameters, send } = this.#options;
    const { ackTimeoutMs, ackRandomFactor } = parameters;
    const transmission: Transmission = {
      datagram,
      remote,
      onDelivery,
      waitMs: ackTimeoutMs * (1 + (ackRandomFactor - 1) * rng.next()),
      retransmissions: 0,
      cancelTimer: () => undefined,
    };
    this.#transmissions.set(messageId, transmission);
    this.#wait(messageId, transmission);
    send(datagram, remote);
  }

  /** Takes an ACK or RST. @returns false when no message of ours waits for it */
  settle(messageId: number, remote: Remote, delivery: "acknowledged" | "reset"): boolean {
    const transmission = this.#transmissions.get(messageId);
    if (!transmission || !sameRemote(transmission.remote, remote)) return false;
    this.cancel(messageId);
    transmission.onDelivery(delivery);
    return true;
  }

  cancel(messageId: number): void {
    const transmission = this.#transmissions.get(messageId);
    if (!transmission) return;
    transmission.cancelTimer();
    this.#transmissions.delete(messageId);
  }

  cancelAll(): void {
    for (const messageId of [...this.#transmissions.keys()]) this.cancel(messageId);
  }

  #wait(messageId: number, transmission: Transmission): void {
    transmission.cancelTimer = this.#options.clock.schedule(transmission.waitMs, () => {
      const { parameters, send } = this.#options;
      if (transmission.retransmissions === parameters.maxRetransmit) {
        this.#transmissions.delete(messageId);
        transmission.onDelivery("timeout");
        return;
      }
      transmission.retransmissions++;
      this.#retransmissions++;
      transmission.waitMs *= 2;
      this.#wait(messageId, transmission);
      send(transmission.datagram, transmission.remote);
    });
  }
}

function sameRemote(a: Remote, b: Remote): boolean {
  return a.port === b.port && a.address === b.address;
}
