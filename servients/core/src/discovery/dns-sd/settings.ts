/** Where DNS-SD is spoken: multicast DNS on the local network. */
export interface DnsSdSettings {
  /** IPv4 address of the network interface. @default every one */
  readonly interface?: string;
  /** @default 5353 */
  readonly port?: number;
}

/** Options of the library's socket. */
export function socketOptions({ interface: address, port = 5353 }: DnsSdSettings): object {
  return {
    port,
    // Bound to an address, it would hear nothing that is sent to the group.
    ...(address === undefined ? {} : { interface: address, bind: "0.0.0.0" }),
  };
}
