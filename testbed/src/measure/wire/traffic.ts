import type { ServerPort } from "../variant-td";

/** What has passed so far. */
export interface Traffic {
  readonly bytes: number;
  /** Null where only bytes can be counted. */
  readonly packets: number | null;
}

/**
 * Counts what passes between the two sides, both ways, by the server's port.
 *
 * - `interface`: whole IP packets at the network leg, those that were lost on it included; over MQTT
 *   between fog node and broker.
 * - `sockets`: payload of the asking process's own sockets, without any header; over MQTT between
 *   asker and broker. It sees nothing of TLS.
 */
export interface TrafficCounter {
  readonly how: "interface" | "sockets";
  read(ports: readonly ServerPort[]): Promise<Traffic>;
  stop(): void;
}

/** What one variant's requests have cost, all devices together. */
export interface VariantTraffic {
  readonly requests: number;
  readonly bytes: number;
  readonly packets: number | null;
}
