import type { AddressInfo } from "node:net";
import { PortInUseError, refuseInsecureBind } from "@fogwot/core";
import type { FastifyInstance } from "fastify";

export interface ListenOptions {
  /** Named in errors. */
  readonly what: string;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Allows a host beyond loopback. */
  readonly insecure: boolean;
  /** Who comes has to prove who they are, over TLS. @default false */
  readonly isSecured?: boolean;
}

/**
 * Binds the app and returns its port.
 *
 * @throws InsecureBindError, PortInUseError
 */
export async function listen(app: FastifyInstance, options: ListenOptions): Promise<number> {
  const { what, host, port, insecure, isSecured = false } = options;
  refuseInsecureBind(what, host, insecure || isSecured);
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
