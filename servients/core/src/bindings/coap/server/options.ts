import type { Logger } from "../../../log";
import type { Access } from "../../../security";
import type { Clock } from "../../../time";
import type { ActionSettings } from "../../actions";
import type { ThingPath } from "../../thing-path";
import type { TransmissionParameters } from "../message";

export interface CoapServerOptions {
  /** @default "127.0.0.1" */
  readonly host?: string;
  /** UDP port; 0 takes a free one. */
  readonly port: number;
  /** What the forms advertise. @default coap://host:port */
  readonly baseUrl?: string;
  /** @default the title as a slug */
  readonly thingPath?: ThingPath;
  /**
   * Whether Things are still to be exposed: what is not there is answered 503 (5.03) meanwhile, so
   * that subscribers of a Servient that comes back wait for their Thing instead of giving it up.
   * @default never
   */
  readonly isStarting?: () => boolean;
  /** Allows a host beyond loopback although plain CoAP has no credentials. @default false */
  readonly insecure?: boolean;
  /** Largest request payload, block-wise uploads included, in bytes. @default 1 MiB */
  readonly maxPayloadBytes?: number;
  /** Payload bytes of one datagram; larger values go block-wise. @default 1024 */
  readonly blockSize?: number;
  /** Observations of all clients together. @default 1000 */
  readonly maxSubscribers?: number;
  /** Notifications that may wait for one slow client. @default 4096 */
  readonly maxQueuedEvents?: number;
  /** Their payload bytes. @default 1 MiB */
  readonly maxQueuedBytes?: number;
  /** Requests in work at a time. @default 1024 */
  readonly maxConcurrentRequests?: number;
  /** Whether values can be had, and sent, in CBOR too. @default true */
  readonly cbor?: boolean;
  /** Limits on asynchronous actions, per Thing. */
  readonly actions?: Partial<ActionSettings>;
  /**
   * Who may do what. Plain CoAP shows no credentials: a Thing with a security scheme has no `coap:`
   * form, and is refused there. @default that of `secure`, else everybody everything
   */
  readonly access?: Access;
  /** Serves `coaps+tcp` (RFC 8323 over TLS with pre-shared keys) beside UDP. */
  readonly secure?: CoapSecureOptions;
  readonly transmission?: Partial<TransmissionParameters>;
  readonly clock?: Clock;
  readonly log?: Logger;
}

export interface CoapSecureOptions {
  /** TCP port; 0 takes a free one. */
  readonly port: number;
  /** Has the keys, and decides about every operation. */
  readonly access: Access;
  /** May be beyond loopback, where plain CoAP's may not. @default the server's host */
  readonly host?: string;
  /** What the forms advertise. @default coaps+tcp://host:port */
  readonly baseUrl?: string;
  /** Clients connected at a time. @default 1024 */
  readonly maxConnections?: number;
  /** Largest message, in bytes; what is larger comes in blocks. @default that of a whole payload */
  readonly maxMessageBytes?: number;
  /** Longest TLS handshake. @default 5 000 ms */
  readonly handshakeTimeoutMs?: number;
  /** Without a message for so long, a client that observes nothing is sent away, another pinged. @default 120 000 ms */
  readonly idleTimeoutMs?: number;
  /** Longest wait for the answer to a ping, and for the rest of a message. @default 15 000 ms */
  readonly patienceMs?: number;
}

/** What a server has seen since it started, and what it holds now. */
export interface CoapServerCounters {
  readonly requests: number;
  readonly errors: number;
  /** Datagrams that are no message, and requests with an option or payload that cannot be taken. */
  readonly malformed: number;
  readonly duplicates: number;
  /** Requests refused because too many were in work. */
  readonly refused: number;
  readonly notifications: number;
  /** Notifications a slow client did not get. */
  readonly skipped: number;
  /** Observations held now. */
  readonly subscribers: number;
  /** `coaps+tcp` clients connected now. */
  readonly connections: number;
  /** TLS handshakes that failed: wrong keys, unknown identities, no TLS. */
  readonly handshakeFailures: number;
  readonly sendFailures: number;
}
