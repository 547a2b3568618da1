import * as dgram from "node:dgram";
import { once } from "node:events";
import { createRng, type Rng, systemClock, WaitTimeoutError } from "@fogwot/core";
import { GENEROUS_MS } from "../site/until";
import { badCoap } from "./bad-coap";
import { type Identity, ping } from "./coap-wire";
import { AnswerTally, type Flood } from "./flood";

/** Datagrams between two pings: loopback drops what nobody has read yet. */
const BATCH = 50;
const INTERNAL_ERROR = "5.00";

export interface CoapFloodOptions {
  /** URL of a Thing. */
  readonly thing: string;
  readonly seed: number;
  /** One datagram, for the path of the Thing. @default what a Device Thing has to refuse */
  readonly make?: (rng: Rng, id: Identity, path: readonly string[]) => Buffer;
  /** What no datagram may be answered with, `5.00`. @default success, or an internal error */
  readonly isFailure?: (answer: string) => boolean;
}

/** Broken CoAP messages, and sound ones with a payload or an option that no Thing takes. */
export class CoapFlood implements Flood {
  readonly name = "coap";
  readonly isCounted = true;
  readonly #answers = new AnswerTally();
  readonly #socket = dgram.createSocket("udp4");
  readonly #port: number;
  readonly #path: readonly string[];
  readonly #options: CoapFloodOptions;
  readonly #rng;
  #isBound = false;
  #sent = 0;
  #messageId = 0;
  #pong: { readonly messageId: number; readonly resolve: () => void } | undefined;

  constructor(options: CoapFloodOptions) {
    const url = new URL(options.thing);
    this.#options = options;
    this.#port = Number(url.port);
    this.#path = url.pathname.slice(1).split("/");
    this.#rng = createRng(options.seed, "bad CoAP");
  }

  get sent(): number {
    return this.#sent;
  }

  get answers(): Readonly<Record<string, number>> {
    return this.#answers.counts;
  }

  get failures(): number {
    return this.#answers.sum(this.#options.isFailure ?? isNoRefusal);
  }

  async send(count: number): Promise<void> {
    if (!this.#isBound) await this.#bind();
    const { make = badCoap } = this.#options;
    for (let left = count; left > 0; left -= BATCH) {
      for (let n = 0; n < Math.min(BATCH, left); n++) {
        this.#sent++;
        // 2^16 message ids are soon used up; with the token none repeats within its lifetime.
        const token = Buffer.alloc(4);
        token.writeUInt32BE(this.#sent % 2 ** 32);
        const id = { messageId: this.#nextId(), token };
        this.#say(make(this.#rng, id, this.#path));
      }
      await this.#ping();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close();
  }

  async #bind(): Promise<void> {
    this.#socket.bind(0, "127.0.0.1");
    await once(this.#socket, "listening");
    this.#isBound = true;
    this.#socket.on("message", (datagram) => this.#take(datagram));
  }

  /** The server reads in order: when it answers this, it has read all that came before. */
  async #ping(): Promise<void> {
    const messageId = this.#nextId();
    const limit = new AbortController();
    const answered = new Promise<boolean>((resolve) => {
      this.#pong = { messageId, resolve: () => resolve(true) };
    });
    const late = systemClock.sleep(GENEROUS_MS, limit.signal).then(
      () => false,
      () => true,
    );
    this.#say(ping(messageId));
    const isAnswered = await Promise.race([answered, late]);
    limit.abort();
    if (!isAnswered) throw new WaitTimeoutError("the answer to a CoAP ping", GENEROUS_MS);
  }

  #take(datagram: Buffer): void {
    if (datagram.length < 4) return;
    const code = datagram[1] ?? 0;
    if (code !== 0) this.#answers.add(`${code >> 5}.${String(code & 31).padStart(2, "0")}`);
    else if (datagram.readUInt16BE(2) === this.#pong?.messageId) this.#pong.resolve();
    else this.#answers.add("reset");
  }

  #nextId(): number {
    this.#messageId = (this.#messageId + 1) % 65_536;
    return this.#messageId;
  }

  #say(datagram: Buffer): void {
    this.#socket.send(datagram, this.#port, "127.0.0.1");
  }
}

function isNoRefusal(answer: string): boolean {
  return answer.startsWith("2.") || answer === INTERNAL_ERROR;
}
