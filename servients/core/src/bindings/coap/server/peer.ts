import type { Frame } from "../message";
import type { Delivery } from "../transport";

/** Which of a server's ports a client came by: `coap:` or `coaps+tcp:`. */
export type TransportName = "udp" | "tls";

/** The client at the other end, over whichever transport. */
export interface Peer {
  /** Tells it apart from every other client of the server. */
  readonly key: string;
  readonly transport: TransportName;
  /** Its IP address. */
  readonly address: string;
  /** PSK identity that the handshake has proved; undefined where nothing was proved. */
  readonly identity: string | undefined;
  /** Payload bytes of one message to it. */
  readonly roomBytes: number;
  /** It takes several blocks in one message (RFC 8323, section 6). */
  readonly takesBert: boolean;
  /** Sends a message and tells how that ended. @returns cancels: nothing is told then */
  confirm(frame: Frame, onDelivery: (delivery: Delivery) => void): () => void;
  /** Sends a message once. @returns the ID by which the client may reset it, where there is one */
  notify(frame: Frame): number | undefined;
}
