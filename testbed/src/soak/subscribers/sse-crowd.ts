import * as net from "node:net";
import type { Crowd, CrowdFigures } from "./crowd";

/** At the same time on their way in; more would overflow the kernel's queue of connections. */
const ARRIVING = 64;

/** Event streams, each on a connection of its own. */
export class SseCrowd implements Crowd {
  readonly #url: URL;
  readonly #held = new Set<net.Socket>();
  readonly #refused: Record<string, number> = {};
  readonly #heard = new Set<net.Socket>();

  constructor(url: URL) {
    this.#url = url;
  }

  get figures(): CrowdFigures {
    return { held: this.#held.size, refused: this.#refused, heard: this.#heard.size };
  }

  async open(count: number): Promise<void> {
    let left = count;
    const lane = async (): Promise<void> => {
      while (left-- > 0) await this.#subscribe();
    };
    await Promise.all(Array.from({ length: ARRIVING }, lane));
  }

  async close(): Promise<void> {
    for (const socket of this.#held) socket.destroy();
  }

  #subscribe(): Promise<void> {
    const { hostname, port, pathname, search, host } = this.#url;
    const socket = net.connect({ host: hostname, port: Number(port) });
    socket.write(
      `GET ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\nAccept: text/event-stream\r\n\r\n`,
    );
    socket.setEncoding("latin1");
    return new Promise((resolve) => {
      let head = "";
      const refuse = (reason: string): void => {
        this.#refused[reason] = (this.#refused[reason] ?? 0) + 1;
        socket.destroy();
        resolve();
      };
      socket.on("data", (text: string) => {
        if (this.#held.has(socket)) {
          if (text.includes("\ndata:")) this.#heard.add(socket);
          return;
        }
        head += text;
        const status = /^HTTP\/1\.1 (\d+)/.exec(head)?.[1];
        if (status === "200") {
          this.#held.add(socket);
          resolve();
        } else if (/\r\n\r\n\{.*\}$/s.test(head)) {
          refuse(`${status} ${/"code":"(\w+)"/.exec(head)?.[1]}`);
        }
      });
      socket.on("error", (error: NodeJS.ErrnoException) => refuse(error.code ?? error.message));
      socket.on("close", () => {
        if (this.#held.delete(socket)) refuse("closed later");
        else resolve();
      });
    });
  }
}
