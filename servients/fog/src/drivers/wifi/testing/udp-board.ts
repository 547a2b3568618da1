import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";
import { type Message, parseMessage, writeMessage } from "../../../board-protocol";

/** A board for tests, which can be told to misbehave. Not the emulated board of a site. */
export class UdpBoard {
  isSilent = false;
  /** Replies leave this much later. */
  delayMs = 0;
  /** So many of the next frames are received and not answered. */
  ignoreNext = 0;
  uptimeMs = 1_000;
  ageMs = 120;
  values = [
    { quantity: 1, milli: 21_500 },
    { quantity: 2, milli: 45_000 },
  ];
  /** Every sound frame received, in order. */
  readonly received: Message[] = [];
  /** Answers a set with an error of this code. */
  refuseWith: number | null = null;
  readonly #socket: Socket = createSocket("udp4");
  readonly #timers = new Set<NodeJS.Timeout>();
  #querier: RemoteInfo | undefined;

  async start(): Promise<this> {
    this.#socket.bind(0, "127.0.0.1");
    await once(this.#socket, "listening");
    this.#socket.on("message", (bytes, sender) => this.#take(bytes, sender));
    return this;
  }

  get address(): string {
    return `127.0.0.1:${this.#socket.address().port}`;
  }

  count(type: Message["type"]): number {
    return this.received.filter((message) => message.type === type).length;
  }

  push(milli: number): void {
    const values = [{ quantity: 1, milli }];
    this.sendRaw(
      writeMessage({ type: "push", sequence: 1, uptimeMs: this.uptimeMs, ageMs: 0, values }),
    );
  }

  /** Any bytes, to whoever asked last. */
  sendRaw(bytes: Uint8Array): void {
    if (this.#querier) this.#socket.send(bytes, this.#querier.port, this.#querier.address);
  }

  restart(): void {
    this.uptimeMs = 1;
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#socket.close();
  }

  #take(bytes: Buffer, sender: RemoteInfo): void {
    const message = parseMessage(bytes);
    if (typeof message === "string") return;
    this.#querier = sender;
    this.received.push(message);
    if (this.isSilent) return;
    if (this.ignoreNext > 0) {
      this.ignoreNext--;
      return;
    }
    const reply = writeMessage(this.#reply(message));
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#socket.send(reply, sender.port, sender.address);
    }, this.delayMs);
    this.#timers.add(timer);
  }

  #reply({ type, sequence }: Message): Message {
    if (this.refuseWith !== null) return { type: "error", sequence, code: this.refuseWith };
    if (type === "set") return { type: "ack", sequence };
    const { uptimeMs, ageMs, values } = this;
    this.uptimeMs += 10;
    return { type: "reading", sequence, uptimeMs, ageMs, values };
  }
}
