import type { Frame } from "../../message";
import { type CoapConnection, roomOf, takesBert } from "../../stream";
import type { Delivery } from "../../transport";
import type { Peer } from "../peer";

/** A client by its connection, whose handshake has proved that it has the key of an identity. */
export class TlsPeer implements Peer {
  readonly key: string;
  readonly address: string;
  readonly identity: string;
  readonly transport = "tls";
  readonly #connection: () => CoapConnection;

  constructor(key: string, address: string, identity: string, connection: () => CoapConnection) {
    this.key = key;
    this.address = address;
    this.identity = identity;
    this.#connection = connection;
  }

  get roomBytes(): number {
    return roomOf(this.#connection().peer);
  }

  get takesBert(): boolean {
    return takesBert(this.#connection().peer);
  }

  /** Acknowledged as soon as the system has taken it: TCP delivers it, or the connection ends. */
  confirm(frame: Frame, onDelivery: (delivery: Delivery) => void): () => void {
    let isCancelled = false;
    this.#connection().send(frame, () => {
      if (!isCancelled) onDelivery("acknowledged");
    });
    return () => {
      isCancelled = true;
    };
  }

  notify(frame: Frame): undefined {
    this.#connection().send(frame);
  }
}
