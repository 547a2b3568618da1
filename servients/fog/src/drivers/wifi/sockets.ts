import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";
import { PortInUseError } from "@fogwot/core/base";
import type { Endpoint } from "./address";
import { RECEIVE_BUFFER_BYTES } from "./constants";

export interface UdpSocketsOptions {
  readonly localAddress: string | undefined;
  readonly localPort: number;
  readonly onPacket: (packet: Buffer, sender: RemoteInfo) => void;
  readonly onError: (error: Error) => void;
}

/**
 * One unconnected UDP socket for all devices (one more where IPv6 is spoken): boards push to the
 * one port they were asked from, and a dead device is silence, not ECONNREFUSED on a socket.
 */
export class UdpSockets {
  readonly #options: UdpSocketsOptions;
  readonly #sockets = new Map<4 | 6, Socket>();

  constructor(options: UdpSocketsOptions) {
    this.#options = options;
  }

  /** @throws PortInUseError */
  async open(family: 4 | 6): Promise<void> {
    if (this.#sockets.has(family)) return;
    const { localAddress, localPort, onPacket, onError } = this.#options;
    const socket = createSocket({
      type: family === 4 ? "udp4" : "udp6",
      recvBufferSize: RECEIVE_BUFFER_BYTES,
      // Addresses are numeric by now: the default would go through the resolver for each packet.
      lookup: (host, _options, callback) => callback(null, host, family),
    });
    this.#sockets.set(family, socket);
    try {
      // Listened for first: with a numeric address, bind is done before it returns.
      const listening = once(socket, "listening");
      socket.bind(localPort, localAddress);
      await listening;
    } catch (cause) {
      this.#sockets.delete(family);
      socket.close();
      if ((cause as NodeJS.ErrnoException).code !== "EADDRINUSE") throw cause;
      throw new PortInUseError("Wi-Fi driver", localAddress ?? "all", localPort, { cause });
    }
    socket.on("message", onPacket);
    socket.on("error", onError);
  }

  /** A packet that cannot be sent is lost like any other. */
  send(packet: Buffer, { address, family, port }: Endpoint): void {
    this.#sockets.get(family)?.send(packet, port, address, (error) => {
      if (error) this.#options.onError(error);
    });
  }

  close(): void {
    for (const socket of this.#sockets.values()) socket.close();
    this.#sockets.clear();
  }
}
