import { connect, type Socket } from "node:net";

/** A bare TCP connection to a server, for what no HTTP client would send. */
export class RawConnection {
  readonly socket: Socket;
  #received = "";

  constructor(port: number) {
    this.socket = connect({ host: "127.0.0.1", port });
    this.socket.on("data", (chunk) => {
      this.#received += chunk.toString("latin1");
    });
    // A reset is one of the answers a test expects.
    this.socket.on("error", () => undefined);
  }

  get received(): string {
    return this.#received;
  }

  send(data: string | Buffer): void {
    this.socket.write(data);
  }

  /** Resolves when the server has closed the connection. */
  closed(): Promise<void> {
    if (this.socket.destroyed) return Promise.resolve();
    return new Promise((resolve) => this.socket.once("close", () => resolve()));
  }

  end(): void {
    this.socket.destroy();
  }
}

/** Sends bytes and resolves with all that came back when the server closed. */
export async function rawExchange(port: number, data: string | Buffer): Promise<string> {
  const connection = new RawConnection(port);
  connection.send(data);
  await connection.closed();
  return connection.received;
}
