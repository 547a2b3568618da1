import type { TLSSocket } from "node:tls";
import { WaitTimeoutError } from "../../../errors";
import { systemClock } from "../../../time";
import { connectByPsk } from "../client/psk-connect";
import { Code, type Frame, NO_BYTES } from "../message";
import { type Capabilities, csmOf, encodeFrame, FrameParser } from "../stream";

const TIMEOUT_MS = 10_000;

/** A client over TLS that says exactly what it is told to. */
export class StreamPeer implements AsyncDisposable {
  readonly received: Frame[] = [];
  /** The server has ended the connection. */
  isClosed = false;
  readonly #socket: TLSSocket;
  readonly #parser = new FrameParser(16 * 1024 * 1024);
  readonly #waiting = new Set<() => void>();
  #tokens = 1;

  private constructor(socket: TLSSocket) {
    this.#socket = socket;
    socket.on("error", () => undefined);
    socket.on("data", (chunk: Buffer) => {
      this.#parser.read(chunk, (frame) => {
        this.received.push(frame);
        return true;
      });
      this.#wake();
    });
    socket.on("close", () => {
      this.isClosed = true;
      this.#wake();
    });
  }

  /** Connects to a port of this machine; says nothing yet. */
  static async dial(port: number, identity: string, key: string | Buffer): Promise<StreamPeer> {
    const socket = await connectByPsk({
      href: `coaps+tcp://127.0.0.1:${port}/`,
      address: "127.0.0.1",
      port,
      psk: { identity, key: Buffer.from(key) },
      clock: systemClock,
      timeoutMs: TIMEOUT_MS,
      signal: new AbortController().signal,
    });
    return new StreamPeer(socket);
  }

  /** Connects and says what it takes. */
  static async client(
    port: number,
    identity: string,
    key: string,
    own: Capabilities = { maximumMessageBytes: 1_000_000, isBlockWise: true },
  ): Promise<StreamPeer> {
    const peer = await StreamPeer.dial(port, identity, key);
    peer.send(csmOf(own));
    return peer;
  }

  send(frame: Partial<Frame>): Frame {
    const whole = { code: Code.get, token: NO_BYTES, options: [], payload: NO_BYTES, ...frame };
    this.sendBytes(encodeFrame(whole));
    return whole;
  }

  sendBytes(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  /** Sends a request and waits for the response with its token. */
  async request(frame: Partial<Frame>): Promise<Frame> {
    const from = this.received.length;
    const { token } = this.send({ token: Buffer.of(this.#tokens++), ...frame });
    return this.next((got) => got.token.equals(token) && got.code >> 5 !== 7, from);
  }

  /** The first frame received from index `from` on that fits. @throws WaitTimeoutError */
  async next(fits: (frame: Frame) => boolean, from = 0): Promise<Frame> {
    await this.until("a CoAP message", () => this.received.slice(from).some(fits));
    return this.received.slice(from).find(fits) as Frame;
  }

  async closed(): Promise<void> {
    await this.until("the end of the connection", () => this.isClosed);
  }

  async until(awaited: string, condition: () => boolean): Promise<void> {
    const deadline = Date.now() + TIMEOUT_MS;
    while (!condition()) {
      if (Date.now() >= deadline) throw new WaitTimeoutError(awaited, TIMEOUT_MS);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 200);
        this.#waiting.add(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.destroy();
    await this.closed();
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }
}
