import { once } from "node:events";
import * as net from "node:net";
import { WaitTimeoutError } from "@fogwot/core";
import { GENEROUS_MS } from "../site/until";

const PUBLISH = 0x30;
const RETAIN = 0x01;
const PING_REQUEST = Buffer.of(0xc0, 0);
const PING_RESPONSE = 0xd0;
const SUBSCRIBED = 0x90;

/**
 * As much of an MQTT 3.1.1 client as bad publications need, byte by byte: a library would refuse to
 * send half of them.
 */
export class MqttWire {
  readonly #socket: net.Socket;
  #received = Buffer.alloc(0);

  constructor(socket: net.Socket) {
    this.#socket = socket;
  }

  /** @throws WaitTimeoutError, or the socket's own error */
  static async connect(url: string, clientId: string): Promise<MqttWire> {
    const { hostname, port } = new URL(url);
    const socket = net.connect({ host: hostname, port: Number(port), noDelay: true });
    await once(socket, "connect");
    const wire = new MqttWire(socket);
    socket.on("data", (chunk: Buffer) => {
      wire.#received = Buffer.concat([wire.#received, chunk]);
    });
    // A broken connection shows as a wait in vain.
    socket.on("error", () => undefined);
    // Protocol level 4, clean session, no keep-alive.
    wire.write(packet(0x10, Buffer.concat([text("MQTT"), Buffer.of(4, 2, 0, 0), text(clientId)])));
    await wire.#packet((type) => type === 0x20);
    return wire;
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed && this.#socket.writable;
  }

  write(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  /** QoS 0. */
  publish(topic: string, payload: Buffer, isRetained = false): void {
    this.write(packet(PUBLISH | (isRetained ? RETAIN : 0), Buffer.concat([text(topic), payload])));
  }

  /** Resolves when the broker has read all that was written before. @throws WaitTimeoutError */
  async ping(): Promise<void> {
    this.write(PING_REQUEST);
    await this.#packet((type) => type === PING_RESPONSE);
  }

  /** QoS 0. @throws WaitTimeoutError */
  async subscribe(filter: string): Promise<void> {
    this.write(packet(0x82, Buffer.concat([Buffer.of(0, 1), text(filter), Buffer.of(0)])));
    await this.#packet((type) => type === SUBSCRIBED);
  }

  /** Resolves with the next message of a subscription, which has to be short. @throws WaitTimeoutError */
  async message(): Promise<void> {
    await this.#packet((type) => (type & 0xf0) === PUBLISH);
  }

  end(): void {
    this.#socket.destroy();
  }

  async #packet(isMeant: (type: number) => boolean): Promise<void> {
    const limit = AbortSignal.timeout(GENEROUS_MS);
    for (;;) {
      // Every answer to this client is a packet of less than 128 bytes.
      while (this.#received.length >= 2) {
        const [type = 0, length = 0] = this.#received;
        if (this.#received.length < 2 + length) break;
        this.#received = this.#received.subarray(2 + length);
        if (isMeant(type)) return;
      }
      try {
        await once(this.#socket, "data", { signal: limit });
      } catch (cause) {
        throw new WaitTimeoutError("an MQTT packet", GENEROUS_MS, { cause });
      }
    }
  }
}

/** A control packet with its remaining length. @see MQTT 3.1.1, section 2.2 */
export function packet(firstByte: number, rest: Buffer): Buffer {
  const length: number[] = [];
  let left = rest.length;
  do {
    length.push((left & 127) | (left > 127 ? 128 : 0));
    left >>= 7;
  } while (left > 0);
  return Buffer.concat([Buffer.of(firstByte, ...length), rest]);
}

export function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
