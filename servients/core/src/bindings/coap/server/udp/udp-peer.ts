import type { Frame } from "../../message";
import { type Delivery, type Remote, remoteText } from "../../transport";
import type { Peer } from "../peer";

/** The part of the endpoint that gets messages of its own out. */
export interface UdpSender {
  readonly blockSize: number;
  /** @returns the message ID */
  confirm(frame: Frame, remote: Remote, onDelivery: (delivery: Delivery) => void): number;
  notify(frame: Frame, remote: Remote): number;
  cancelDelivery(messageId: number): void;
}

/** A client by its address and port: plain CoAP proves no more. */
export class UdpPeer implements Peer {
  readonly key: string;
  readonly remote: Remote;
  readonly transport = "udp";
  readonly identity = undefined;
  readonly takesBert = false;
  readonly #sender: UdpSender;

  constructor(remote: Remote, sender: UdpSender) {
    this.key = remoteText(remote);
    this.remote = remote;
    this.#sender = sender;
  }

  get address(): string {
    return this.remote.address;
  }

  get roomBytes(): number {
    return this.#sender.blockSize;
  }

  confirm(frame: Frame, onDelivery: (delivery: Delivery) => void): () => void {
    const messageId = this.#sender.confirm(frame, this.remote, onDelivery);
    return () => this.#sender.cancelDelivery(messageId);
  }

  notify(frame: Frame): number {
    return this.#sender.notify(frame, this.remote);
  }
}
