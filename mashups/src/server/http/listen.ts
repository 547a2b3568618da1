import { type AddressInfo, BlockList, isIP } from "node:net";
import { InsecureBindError, PortInUseError } from "@fogwot/core";
import type { FastifyInstance } from "fastify";

export interface ListenOptions {
  /** Named in errors. */
  readonly what: string;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Allows a host beyond loopback. */
  readonly insecure: boolean;
}

/**
 * Binds the app and returns its port.
 *
 * @throws InsecureBindError, PortInUseError
 */
export async function listen(app: FastifyInstance, options: ListenOptions): Promise<number> {
  const { what, host, port, insecure } = options;
  if (!insecure && !isLoopback(host)) throw new InsecureBindError(what, host);
  try {
    await app.listen({ host, port });
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === "EADDRINUSE" || code === "EACCES") {
      throw new PortInUseError(what, host, port, { cause: thrown });
    }
    throw thrown;
  }
  return (app.server.address() as AddressInfo).port;
}

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

/** Whether only programs of this machine can reach a host. */
export function isLoopback(host: string): boolean {
  const family = isIP(host);
  if (family === 0) return host.toLowerCase() === "localhost";
  return loopback.check(host, family === 4 ? "ipv4" : "ipv6");
}
