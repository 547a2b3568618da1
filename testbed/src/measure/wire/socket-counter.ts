import * as diagnostics from "node:diagnostics_channel";
import type { Socket } from "node:net";
import type { TrafficCounter } from "./traffic";

/** As much of a UDP socket as is counted here. */
interface Datagrams {
  send: (...args: unknown[]) => unknown;
  on(event: "message", listener: (data: Buffer, from: { port: number }) => void): unknown;
  remoteAddress(): { port: number };
}

/**
 * Counts the payload that this process's own sockets carry, from now on. Node tells of each new
 * client socket on its diagnostics channels, whichever library opened it.
 */
export function socketCounter(): TrafficCounter {
  const streams = new Set<Socket>();
  const bytes = new Map<string, number>();
  const add = (protocol: string, port: number, count: number): void => {
    const key = `${protocol} ${port}`;
    bytes.set(key, (bytes.get(key) ?? 0) + count);
  };
  const onStream = (message: unknown): void => {
    const { socket } = message as { socket: Socket };
    let port = 0;
    streams.add(socket);
    socket.once("connect", () => {
      port = socket.remotePort ?? 0;
    });
    socket.once("close", () => {
      streams.delete(socket);
      add("tcp", port, bytesOf(socket));
    });
  };
  const onDatagrams = (message: unknown): void => {
    const { socket } = message as { socket: Datagrams };
    const send = socket.send.bind(socket);
    socket.send = (...args) => {
      add("udp", portOf(socket, args), lengthOf(args));
      return send(...args);
    };
    socket.on("message", (data, { port }) => add("udp", port, data.length));
  };
  diagnostics.subscribe("net.client.socket", onStream);
  diagnostics.subscribe("udp.socket", onDatagrams);
  return {
    how: "sockets",
    async read(ports) {
      let sum = 0;
      for (const { protocol, port } of ports) {
        sum += bytes.get(`${protocol} ${port}`) ?? 0;
        if (protocol !== "tcp") continue;
        for (const socket of streams) if (socket.remotePort === port) sum += bytesOf(socket);
      }
      return { bytes: sum, packets: null };
    },
    stop() {
      diagnostics.unsubscribe("net.client.socket", onStream);
      diagnostics.unsubscribe("udp.socket", onDatagrams);
    },
  };
}

function bytesOf({ bytesRead, bytesWritten }: Socket): number {
  return bytesRead + bytesWritten;
}

/** `send(data, port, …)`, `send(data, offset, length, port, …)`, or either without port when connected. */
function portOf(socket: Datagrams, [, second, third, fourth]: readonly unknown[]): number {
  if (typeof third === "number") return typeof fourth === "number" ? fourth : remotePort(socket);
  return typeof second === "number" ? second : remotePort(socket);
}

function remotePort(socket: Datagrams): number {
  return socket.remoteAddress().port;
}

function lengthOf([data, , length]: readonly unknown[]): number {
  if (typeof length === "number") return length;
  return [data].flat().reduce((sum: number, part) => sum + Buffer.byteLength(part as string), 0);
}
