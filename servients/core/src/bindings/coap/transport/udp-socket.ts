import { createSocket, type Socket } from "node:dgram";
import { lookup } from "node:dns";
import { isIP, isIPv6 } from "node:net";
import { PortInUseError } from "../../../errors";
import { refuseInsecureBind } from "../../loopback";

export interface BindSettings {
  readonly what: string;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly insecure: boolean;
}

/**
 * Binds a UDP socket exclusively.
 * @throws InsecureBindError, PortInUseError, or the system's error
 */
export async function bindSocket(settings: BindSettings): Promise<Socket> {
  const { what, host, port, insecure } = settings;
  refuseInsecureBind(what, host, insecure);
  const socket = newSocket(host);
  await new Promise<void>((resolve, reject) => {
    const onError = (cause: NodeJS.ErrnoException): void => {
      socket.close();
      reject(cause.code === "EADDRINUSE" ? new PortInUseError(what, host, port, { cause }) : cause);
    };
    socket.once("error", onError);
    socket.bind({ address: host, port, exclusive: true }, () => {
      socket.off("error", onError);
      resolve();
    });
  });
  return socket;
}

/** A UDP socket that sends to and hears one peer only, so that the system reports a closed port. */
export async function connectSocket(address: string, port: number): Promise<Socket> {
  const socket = newSocket(address);
  await new Promise<void>((resolve, reject) => {
    const onError = (error: Error): void => {
      socket.close();
      reject(error);
    };
    socket.once("error", onError);
    socket.connect(port, address, () => {
      socket.off("error", onError);
      resolve();
    });
  });
  return socket;
}

function newSocket(host: string): Socket {
  return createSocket({
    type: isIPv6(host) ? "udp6" : "udp4",
    // Almost every address is an IP address already: it needs no resolver, and no tick for one.
    lookup: (hostname, options, callback) => {
      const family = isIP(hostname);
      if (family === 0) lookup(hostname, options, callback);
      else callback(null, hostname, family);
    },
  });
}
