import { createSocket } from "node:dgram";
import { once } from "node:events";
import { parseMessage, writeMessage } from "@fogwot/fog/board-protocol";

/** Where somebody stands in the cell, mm. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

export interface StandingPerson {
  /** Of the camera's board: host:port. */
  readonly address: string;
  stop(): void;
}

/** A person tracker's board that always sees the same. Numbers: firmware/core/person-tracker.h. */
export async function standingPerson({ x, y }: Place): Promise<StandingPerson> {
  const values = [x, y, 0, 0].map((value, i) => ({ quantity: 16 + i, milli: value * 1_000 }));
  const socket = createSocket("udp4");
  socket.on("message", (bytes, sender) => {
    const message = parseMessage(bytes);
    if (typeof message === "string") return;
    const { type, sequence } = message;
    const reply =
      type === "set"
        ? writeMessage({ type: "ack", sequence })
        : writeMessage({ type: "reading", sequence, uptimeMs: 60_000, ageMs: 0, values });
    socket.send(reply, sender.port, sender.address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return {
    address: `127.0.0.1:${socket.address().port}`,
    stop: () => void socket.close(),
  };
}
