import * as dgram from "node:dgram";
import { once } from "node:events";
import { CONFIRMABLE, GET, message, URI_PATH } from "../malformed/coap-wire";
import type { Crowd, CrowdFigures } from "./crowd";

const ARRIVING = 64;
const OBSERVE = 6;
const ACKNOWLEDGEMENT = 0x60;
const TYPE_BITS = 0x30;
const TOKEN_BYTES = 4;
const CONTENT = 0x45;
const RETRY_MS = 2_000;
const ATTEMPTS = 5;

/** Observations of one endpoint, each with a token of its own. */
export class CoapCrowd implements Crowd {
  readonly #url: URL;
  readonly #socket = dgram.createSocket("udp4");
  readonly #held = new Set<number>();
  readonly #arriving = new Map<number, (answer: Buffer | undefined) => void>();
  readonly #refused: Record<string, number> = {};
  /** Who has heard of an event: one notification may come twice, when its acknowledgement is lost. */
  readonly #heard = new Set<number>();
  #messageId = 0;

  constructor(url: URL) {
    this.#url = url;
    this.#socket.on("message", (datagram) => this.#take(datagram));
  }

  get figures(): CrowdFigures {
    return { held: this.#held.size, refused: this.#refused, heard: this.#heard.size };
  }

  async open(count: number): Promise<void> {
    this.#socket.bind(0, "127.0.0.1");
    await once(this.#socket, "listening");
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < count) await this.#observe(++next);
    };
    await Promise.all(Array.from({ length: ARRIVING }, lane));
  }

  async close(): Promise<void> {
    this.#socket.close();
  }

  async #observe(number: number): Promise<void> {
    const token = Buffer.alloc(TOKEN_BYTES);
    token.writeUInt32BE(number);
    const options = this.#url.pathname
      .slice(1)
      .split("/")
      .map((segment) => ({ number: URI_PATH, value: Buffer.from(segment) }));
    this.#messageId = (this.#messageId + 1) & 0xffff;
    const head = { type: CONFIRMABLE, code: GET, messageId: this.#messageId, token };
    const request = message(head, [...options, { number: OBSERVE, value: Buffer.alloc(0) }]);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const answer = await this.#exchange(number, request);
      if (!answer) continue;
      const code = answer[1] ?? 0;
      if (code === CONTENT) this.#held.add(number);
      else
        this.#refuse(`${code >> 5}.${String(code & 31).padStart(2, "0")} ${problemCode(answer)}`);
      return;
    }
    this.#refuse("no answer");
  }

  #exchange(number: number, request: Buffer): Promise<Buffer | undefined> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle(undefined), RETRY_MS);
      const settle = (answer: Buffer | undefined): void => {
        clearTimeout(timer);
        this.#arriving.delete(number);
        resolve(answer);
      };
      this.#arriving.set(number, settle);
      this.#socket.send(request, Number(this.#url.port), this.#url.hostname);
    });
  }

  #take(datagram: Buffer): void {
    if (datagram.length < 4 + TOKEN_BYTES) return;
    const isConfirmable = ((datagram[0] ?? 0) & TYPE_BITS) === 0;
    if (isConfirmable) {
      const acknowledgement = Buffer.from([ACKNOWLEDGEMENT, 0, datagram[2] ?? 0, datagram[3] ?? 0]);
      this.#socket.send(acknowledgement, Number(this.#url.port), this.#url.hostname);
    }
    const number = datagram.readUInt32BE(4);
    const arriving = this.#arriving.get(number);
    if (arriving) arriving(datagram);
    else if (isConfirmable && this.#held.has(number)) this.#heard.add(number);
  }

  #refuse(reason: string): void {
    this.#refused[reason] = (this.#refused[reason] ?? 0) + 1;
  }
}

function problemCode(answer: Buffer): string {
  return /"code":"(\w+)"/.exec(answer.toString("latin1"))?.[1] ?? "";
}
