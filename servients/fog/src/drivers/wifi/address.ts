import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { ConfigError } from "@fogwot/core/base";

/** Where a device answers: `host:port`, `[ipv6]:port`. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

export interface Endpoint {
  readonly address: string;
  readonly family: 4 | 6;
  readonly port: number;
}

/** @throws ConfigError naming the device */
export function parseAddress(deviceId: string, text: string): HostPort {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^[\]:\s]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (!host || !(port >= 1 && port <= 65_535)) {
    throw new ConfigError(`device ${deviceId}`, [
      { path: "/address", got: text, wanted: "host:port, as 192.168.1.20:4210" },
    ]);
  }
  return { host, port };
}

/** Numeric address of a host; rejects where the name does not resolve. */
export async function resolve({ host, port }: HostPort): Promise<Endpoint> {
  const family = isIP(host);
  if (family === 4 || family === 6) return { address: host, family, port };
  const found = await lookup(host);
  return { address: found.address, family: found.family === 6 ? 6 : 4, port };
}

export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host.startsWith("127.");
}

/** One key for an endpoint, as configured and as a datagram's sender. */
export function endpointKey(address: string, port: number): string {
  return `${address} ${port}`;
}
