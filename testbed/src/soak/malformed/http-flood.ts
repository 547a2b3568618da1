import * as net from "node:net";
import { createRng, type Rng, systemClock } from "@fogwot/core";
import { GENEROUS_MS } from "../site/until";
import { badHttp } from "./bad-http";
import { AnswerTally, type Flood } from "./flood";

const LANES = 16;

export interface HttpFloodOptions {
  /** URL of a Thing. */
  readonly thing: string;
  readonly seed: number;
  /** One request, for the path of the Thing. @default what a Device Thing has to refuse */
  readonly make?: (rng: Rng, thing: string) => string | Buffer;
  /** What no request may be answered with. @default anything but a refusal */
  readonly isFailure?: (answer: string) => boolean;
  /** How long a connection may stay open before this end closes its half. @default for ever */
  readonly patienceMs?: number;
}

/** Broken HTTP requests and sound ones with a payload that is none, each on a connection of its own. */
export class HttpFlood implements Flood {
  readonly name = "http";
  readonly isCounted = true;
  readonly #answers = new AnswerTally();
  readonly #port: number;
  readonly #thing: string;
  readonly #options: HttpFloodOptions;
  readonly #rng;
  #sent = 0;

  constructor(options: HttpFloodOptions) {
    const url = new URL(options.thing);
    this.#options = options;
    this.#port = Number(url.port);
    this.#thing = url.pathname;
    this.#rng = createRng(options.seed, "bad HTTP");
  }

  get sent(): number {
    return this.#sent;
  }

  get answers(): Readonly<Record<string, number>> {
    return this.#answers.counts;
  }

  /** Anything but a refusal: success, an internal error, or no end at all. */
  get failures(): number {
    return this.#answers.sum(this.#options.isFailure ?? isNoRefusal);
  }

  async send(count: number): Promise<void> {
    const { make = badHttp, patienceMs } = this.#options;
    let left = count;
    const lane = async (): Promise<void> => {
      while (left-- > 0) {
        this.#sent++;
        const request = make(this.#rng, this.#thing);
        this.#answers.add(await exchange(this.#port, request, patienceMs));
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

function isNoRefusal(answer: string): boolean {
  return !/^(4\d\d|501|505|closed)$/.test(answer);
}

/** Sends bytes and tells what came back: the status, "closed" without one, or "open" for ever. */
async function exchange(
  port: number,
  bytes: string | Buffer,
  patienceMs: number | undefined,
): Promise<string> {
  const socket = net.connect({ port, host: "127.0.0.1" });
  let answer = "";
  socket.on("data", (chunk: Buffer) => {
    if (answer.length < 64) answer += chunk.toString("latin1");
  });
  // A reset is as good an end as any.
  socket.on("error", () => undefined);
  const closed = new Promise<string>((resolve) => socket.once("close", () => resolve("closed")));
  socket.write(bytes);
  const hanging = patienceMs === undefined ? undefined : setTimeout(() => socket.end(), patienceMs);
  const limit = new AbortController();
  const open = systemClock.sleep(GENEROUS_MS, limit.signal).then(
    () => "open",
    () => "closed",
  );
  const end = await Promise.race([closed, open]);
  limit.abort();
  clearTimeout(hanging);
  socket.destroy();
  return /^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1] ?? end;
}
