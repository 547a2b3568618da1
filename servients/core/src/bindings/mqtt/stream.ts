import { connect as connectTcp, isIP, type Socket } from "node:net";
import { type ConnectionOptions, connect as connectTls } from "node:tls";
import type { BrokerAddress } from "./broker-url";

/** What a TLS connection may be told beside host and port. */
export type TlsOptions = Pick<ConnectionOptions, "ca" | "cert" | "key" | "rejectUnauthorized">;

/**
 * Opens a socket to the broker with Nagle's algorithm off.
 *
 * A QoS 1 exchange is small writes in both directions: with Nagle on, each waits for a delayed
 * acknowledgement, 40 ms or 80 ms a round trip. mqtt.js leaves it on, and opens a new socket at
 * every reconnection; so this is the stream builder it is given.
 */
export function openStream(address: BrokerAddress, tls: TlsOptions = {}): Socket {
  const { host, port } = address;
  if (address.scheme === "mqtt") return connectTcp({ host, port, noDelay: true });
  // A name only: an address is none (RFC 6066, section 3), and Node warns of it.
  const socket = connectTls({ host, port, ...(isIP(host) ? {} : { servername: host }), ...tls });
  socket.setNoDelay(true);
  return socket;
}
