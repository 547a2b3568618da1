import { randomInt } from "node:crypto";
import type { ExposedThing, ProtocolServer } from "@node-wot/core";
import { type Logger, silentLogger } from "../../../log";
import { createRng } from "../../../random";
import { type Clock, systemClock } from "../../../time";
import { keepContentsInMemory } from "../../in-memory-contents";
import { advertisedBase } from "../../loopback";
import { type ThingPath, titlePath } from "../../thing-path";
import { blockSizeWithin, Code, DEFAULT_PARAMETERS, type TransmissionParameters } from "../message";
import { BlockAssembly } from "./block-assembly";
import { BlockSlices } from "./block-slices";
import { Dispatcher } from "./dispatcher";
import { Endpoint } from "./endpoint";
import { appendForms } from "./forms";
import { Interactions } from "./interactions";
import { Observers } from "./observers";
import { ThingEntry, Things } from "./things";

export interface CoapServerOptions {
  /** @default "127.0.0.1" */
  readonly host?: string;
  /** UDP port; 0 takes a free one. */
  readonly port: number;
  /** What the forms advertise. @default coap://host:port */
  readonly baseUrl?: string;
  /** @default the title as a slug */
  readonly thingPath?: ThingPath;
  /** Allows a host beyond loopback although plain CoAP has no credentials. @default false */
  readonly insecure?: boolean;
  /** Largest request payload, block-wise uploads included, in bytes. @default 1 MiB */
  readonly maxPayloadBytes?: number;
  /** Payload bytes of one datagram; larger values go block-wise. @default 1024 */
  readonly blockSize?: number;
  /** Observations of all clients together. @default 1000 */
  readonly maxSubscribers?: number;
  /** Event notifications that may wait for one slow client. @default 256 */
  readonly maxQueuedEvents?: number;
  /** Requests in work at a time. @default 1024 */
  readonly maxConcurrentRequests?: number;
  readonly transmission?: Partial<TransmissionParameters>;
  readonly clock?: Clock;
  readonly log?: Logger;
}

/** What a server has seen since it started, and what it holds now. */
export interface CoapServerCounters {
  readonly requests: number;
  readonly errors: number;
  /** Datagrams that are no message, and requests with an option or payload that cannot be taken. */
  readonly malformed: number;
  readonly duplicates: number;
  /** Requests refused because too many were in work. */
  readonly refused: number;
  readonly notifications: number;
  /** Notifications a slow client did not get. */
  readonly skipped: number;
  /** Observations held now. */
  readonly subscribers: number;
  readonly sendFailures: number;
}

const MEBIBYTE = 1024 * 1024;
const TRANSFER_LIFETIME_MS = 60_000;

/**
 * Exposes Things over CoAP (RFC 7252) with observe (RFC 7641) and block-wise transfers (RFC 7959).
 *
 * `/` lists the Things, `/.well-known/core` links them, `/<path>` is a Thing Description, and below
 * it stand `properties/<name>`, `actions/<name>`, `events/<name>`. No multicast.
 */
export class CoapBindingServer implements ProtocolServer {
  readonly scheme = "coap";
  readonly #options: CoapServerOptions;
  readonly #log: Logger;
  readonly #things = new Things();
  readonly #waiting = new Map<string, ExposedThing>();
  readonly #endpoint: Endpoint;
  readonly #assembly: BlockAssembly;
  readonly #slices: BlockSlices;
  readonly #observers: Observers;
  readonly #dispatcher: Dispatcher;

  constructor(options: CoapServerOptions) {
    keepContentsInMemory();
    this.#options = options;
    this.#log = options.log ?? silentLogger;
    const clock = options.clock ?? systemClock;
    const maximumPayloadBytes = options.maxPayloadBytes ?? MEBIBYTE;
    const maximumTotalBytes = Math.max(16 * MEBIBYTE, 4 * maximumPayloadBytes);
    this.#endpoint = new Endpoint({
      clock,
      rng: createRng(randomInt(0x100000000), "coap-server"),
      log: this.#log,
      parameters: { ...DEFAULT_PARAMETERS, ...options.transmission },
      maximumExchanges: options.maxConcurrentRequests ?? 1024,
      onRequest: (exchange) => void this.#dispatcher.take(exchange),
      onReset: (messageId, remote) => this.#observers.reset(messageId, remote),
    });
    this.#assembly = new BlockAssembly({
      clock,
      maximumPayloadBytes,
      maximumTotalBytes,
      idleMs: TRANSFER_LIFETIME_MS,
    });
    this.#slices = new BlockSlices({
      clock,
      blockSize: blockSizeWithin(options.blockSize ?? 1024),
      maximumTotalBytes,
      lifetimeMs: TRANSFER_LIFETIME_MS,
      onFetched: (transferKey) => this.#observers.fetched(transferKey),
    });
    this.#observers = new Observers({
      maximum: options.maxSubscribers ?? 1_000,
      maximumQueuedEvents: options.maxQueuedEvents ?? 256,
      slices: this.#slices,
      endpoint: () => this.#endpoint,
    });
    this.#dispatcher = new Dispatcher({
      things: this.#things,
      assembly: this.#assembly,
      slices: this.#slices,
      interactions: new Interactions(this.#observers, clock),
      log: this.#log,
    });
  }

  get counters(): CoapServerCounters {
    const { malformed, duplicates, refused, sendFailures } = this.#endpoint.counters;
    return {
      ...this.#dispatcher.counters,
      malformed: malformed + this.#dispatcher.counters.malformed,
      duplicates,
      refused,
      ...this.#observers.counters,
      subscribers: this.#observers.size,
      sendFailures,
    };
  }

  /** What the server keeps for exchanges under way, in counts and bytes: all of it is bounded. */
  get held(): { exchanges: number; confirmables: number; replies: number; bytes: number } {
    return { ...this.#endpoint.pending, bytes: this.#assembly.bytes + this.#slices.bytes };
  }

  /** @throws InsecureBindError, PortInUseError */
  async start(): Promise<void> {
    if (this.getPort() >= 0) return;
    const { host = "127.0.0.1", port, insecure = false } = this.#options;
    await this.#endpoint.open({ what: "CoAP server", host, port, insecure });
    for (const thing of this.#waiting.values()) this.#expose(thing);
    this.#waiting.clear();
  }

  /** Closes at once; observers get a last 5.03. Idempotent. */
  async stop(): Promise<void> {
    this.#observers.endAll(Code.serviceUnavailable);
    await this.#endpoint.close();
    this.#assembly.clear();
    this.#slices.clear();
    this.#things.clear();
  }

  /** The bound port; -1 while stopped. */
  getPort(): number {
    return this.#endpoint.port;
  }

  /** Before the start a Thing waits for the port that its forms name. */
  async expose(thing: ExposedThing): Promise<void> {
    if (this.getPort() >= 0) this.#expose(thing);
    else this.#waiting.set(thing.id, thing);
  }

  /** Its observers get a last 4.04. @returns whether the Thing was exposed here */
  async destroy(thingId: string): Promise<boolean> {
    this.#waiting.delete(thingId);
    const entry = this.#things.remove(thingId);
    if (entry) this.#observers.endAll(Code.notFound, entry.path);
    return entry !== undefined;
  }

  #expose(thing: ExposedThing): void {
    const previous = this.#things.remove(thing.id);
    if (previous) this.#observers.endAll(Code.notFound, previous.path);
    const path = this.#things.freePath((this.#options.thingPath ?? titlePath)(thing));
    const url = `${this.#baseUrl()}/${path.split("/").map(encodeURIComponent).join("/")}`;
    const forms = appendForms(thing, url);
    const onFeedError = (error: unknown): void =>
      this.#log.warn({ err: error, path }, "CoAP notification lost");
    this.#things.add(new ThingEntry({ thing, path, url, forms, onFeedError }));
  }

  #baseUrl(): string {
    const { host = "127.0.0.1", baseUrl } = this.#options;
    return advertisedBase(this.scheme, host, this.getPort(), baseUrl);
  }
}
