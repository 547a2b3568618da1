import type { Logger } from "@fogwot/core/base";
import { Subscriber } from "zeromq";
import type { DriverData } from "../drivers/driver";
import { decodePublished, MAX_MESSAGE_BYTES, TOPIC_PREFIX, WELCOME } from "./envelope";
import { CONNECT_OPTIONS } from "./socket-options";

export interface SubscriptionOptions {
  readonly url: string;
  readonly log: Logger;
  readonly onData: (data: DriverData) => void;
  /** Something published may have been missed: what is known is to be asked for anew. */
  readonly onMissed: () => void;
}

/** The Servient's end of what a driver publishes; a gap in a topic's sequence is seen and counted. */
export class Subscription {
  readonly counters = { received: 0, gaps: 0, malformed: 0, welcomes: 0 };
  readonly #options: SubscriptionOptions;
  readonly #sequences = new Map<string, number>();
  #socket: Subscriber | undefined;

  constructor(options: SubscriptionOptions) {
    this.#options = options;
  }

  start(): void {
    const { url, log } = this.#options;
    const socket = new Subscriber({ ...CONNECT_OPTIONS, maxMessageSize: MAX_MESSAGE_BYTES });
    this.#socket = socket;
    // The welcome is subscribed to last: when it comes, the data subscription holds.
    socket.subscribe(TOPIC_PREFIX, WELCOME);
    socket.connect(url);
    void this.#receive(socket).catch((error: unknown) => log.error({ err: error }, "ipc ended"));
  }

  stop(): void {
    this.#socket?.close();
    this.#socket = undefined;
  }

  /** The driver's own count, from which the next message of each topic follows. */
  expect(sequences: Readonly<Record<string, number>>): void {
    for (const [device, sequence] of Object.entries(sequences)) {
      const known = this.#sequences.get(device);
      if (known === undefined || known < sequence) this.#sequences.set(device, sequence);
    }
  }

  /** A new driver process counts from 1 again. */
  forget(): void {
    this.#sequences.clear();
  }

  async #receive(socket: Subscriber): Promise<void> {
    for await (const [topic, body] of socket) {
      if (topic?.toString() !== WELCOME) {
        this.#take(topic, body);
        continue;
      }
      this.counters.welcomes++;
      this.#options.onMissed();
    }
  }

  #take(topic: Buffer | undefined, frame: Buffer | undefined): void {
    const body = decodePublished(frame);
    const device = topic?.toString().slice(TOPIC_PREFIX.length);
    if (!body || body.value.device !== device) {
      this.counters.malformed++;
      return;
    }
    this.counters.received++;
    const last = this.#sequences.get(device);
    this.#sequences.set(device, body.sequence);
    this.#options.onData(body.value);
    if (last === undefined || body.sequence <= last + 1) return;
    this.counters.gaps += body.sequence - last - 1;
    this.#options.onMissed();
  }
}
