import { createSocket, type Socket } from "node:dgram";
import { WaitTimeoutError } from "../../../errors";
import {
  Code,
  decodeMessage,
  decodeUint,
  encodeMessage,
  findOption,
  type Message,
  MessageType,
  NO_BYTES,
  type Option,
  OptionNumber,
  uriOptions,
} from "../message";

const TIMEOUT_MS = 10_000;

/** A client, or a server, that says exactly what it is told to: no reliability of its own. */
export class RawPeer implements AsyncDisposable {
  readonly received: Message[] = [];
  readonly #socket: Socket;
  readonly #waiting = new Set<() => void>();
  /** Called with each message as it arrives; a scripted server answers here. */
  onMessage: (message: Message, reply: (message: Partial<Message>) => void) => void = () =>
    undefined;
  #messageId = 1;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("message", (data, remote) => {
      const message = decodeMessage(data);
      if (!message) return;
      this.received.push(message);
      for (const wake of [...this.#waiting]) wake();
      this.onMessage(message, (answer) => {
        socket.send(encodeMessage(messageOf(answer)), remote.port, remote.address);
      });
    });
  }

  /** A client of a port of this machine. */
  static async client(port: number): Promise<RawPeer> {
    const socket = createSocket("udp4");
    await new Promise<void>((resolve) => socket.connect(port, "127.0.0.1", resolve));
    return new RawPeer(socket);
  }

  /** A server on a free port. */
  static async server(): Promise<RawPeer> {
    const socket = createSocket("udp4");
    await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
    return new RawPeer(socket);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Sends to the connected server; message ID and token are made up where not given. */
  send(message: Partial<Message>): Message {
    const messageId = this.#messageId++;
    const whole = messageOf({ messageId, token: Buffer.of(messageId & 0xff), ...message });
    this.#socket.send(encodeMessage(whole));
    return whole;
  }

  sendBytes(datagram: Buffer): void {
    this.#socket.send(datagram);
  }

  /** Sends a request and waits for the response with its token. */
  async request(message: Partial<Message>): Promise<Message> {
    const sent = this.send(message);
    const from = this.received.length;
    return this.next((got) => got.code !== Code.empty && got.token.equals(sent.token), from);
  }

  /** The first message received from index `from` on that fits. @throws WaitTimeoutError */
  async next(fits: (message: Message) => boolean, from = 0): Promise<Message> {
    const deadline = Date.now() + TIMEOUT_MS;
    for (;;) {
      const found = this.received.slice(from).find(fits);
      if (found) return found;
      if (Date.now() >= deadline) throw new WaitTimeoutError("a CoAP message", TIMEOUT_MS);
      await this.#arrival();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>((resolve) => this.#socket.close(resolve));
  }

  #arrival(): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, 200);
      this.#waiting.add(wake);
    });
  }
}

/** A GET of a path, confirmable unless said otherwise. */
export function get(path: string, options: readonly Option[] = []): Partial<Message> {
  return { code: Code.get, options: [...uriOptions(path, ""), ...options] };
}

export function observeOf(message: Message): number | undefined {
  const option = findOption(message.options, OptionNumber.observe);
  return option && decodeUint(option.value);
}

function messageOf(message: Partial<Message>): Message {
  return {
    type: MessageType.confirmable,
    code: Code.empty,
    messageId: 0,
    token: NO_BYTES,
    options: [],
    payload: NO_BYTES,
    ...message,
  };
}
