import { randomInt } from "node:crypto";
import type { ExposedThing, ProtocolServer } from "@node-wot/core";
import { type Logger, silentLogger } from "../../../log";
import { createRng } from "../../../random";
import { systemClock } from "../../../time";
import { actionsOf } from "../../actions";
import { keepContentsInMemory } from "../../in-memory-contents";
import { advertisedBase } from "../../loopback";
import { valueTypes } from "../../payload";
import { titlePath } from "../../thing-path";
import { blockSizeWithin, Code, DEFAULT_PARAMETERS } from "../message";
import { BlockAssembly } from "./block-assembly";
import { BlockSlices } from "./block-slices";
import { Dispatcher } from "./dispatcher";
import { appendForms } from "./forms";
import { Gatekeeper } from "./gate";
import { Observers } from "./observers";
import type { CoapServerCounters, CoapServerOptions } from "./options";
import { Observing, Resources } from "./resources";
import { ThingEntry } from "./thing-entry";
import { appendThingForms } from "./thing-forms";
import { Things } from "./things";
import { UdpEndpoint } from "./udp/endpoint";

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
  readonly #endpoint: UdpEndpoint;
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
    this.#endpoint = new UdpEndpoint({
      clock,
      rng: createRng(randomInt(0x100000000), "coap-server"),
      log: this.#log,
      parameters: { ...DEFAULT_PARAMETERS, ...options.transmission },
      maximumExchanges: options.maxConcurrentRequests ?? 1024,
      blockSize: blockSizeWithin(options.blockSize ?? 1024),
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
      maximumTotalBytes,
      lifetimeMs: TRANSFER_LIFETIME_MS,
      onFetched: (transferKey) => this.#observers.fetched(transferKey),
    });
    this.#observers = new Observers({
      maximum: options.maxSubscribers ?? 1_000,
      maximumQueuedEvents: options.maxQueuedEvents ?? 4_096,
      maximumQueuedBytes: options.maxQueuedBytes ?? MEBIBYTE,
      slices: this.#slices,
    });
    const gatekeeper = new Gatekeeper(undefined);
    this.#dispatcher = new Dispatcher({
      gatekeeper,
      assembly: this.#assembly,
      slices: this.#slices,
      resources: new Resources({
        things: this.#things,
        observing: new Observing(this.#observers, clock, gatekeeper),
        types: valueTypes(options.cbor ?? true),
      }),
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
    for (const entry of this.#things.all()) entry.release();
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
    return this.#remove(thingId);
  }

  #remove(thingId: string): boolean {
    const entry = this.#things.remove(thingId);
    if (!entry) return false;
    this.#observers.endAll(Code.notFound, entry.path);
    entry.release();
    return true;
  }

  #expose(thing: ExposedThing): void {
    this.#remove(thing.id);
    const path = this.#things.freePath((this.#options.thingPath ?? titlePath)(thing));
    const url = `${this.#baseUrl()}/${path.split("/").map(encodeURIComponent).join("/")}`;
    const { cbor = true, actions } = this.#options;
    const bases = [{ url, security: undefined }];
    const entry = new ThingEntry({
      thing,
      path,
      urls: { udp: url },
      forms: appendForms(thing, bases, cbor),
      namesParameter: appendThingForms(thing, bases, cbor),
      onFeedError: (error) => this.#log.warn({ err: error, path }, "CoAP notification lost"),
    });
    if (entry.asynchronousActions.length > 0) entry.release = actionsOf(thing, actions).retain();
    this.#things.add(entry);
  }

  #baseUrl(): string {
    const { host = "127.0.0.1", baseUrl } = this.#options;
    return advertisedBase(this.scheme, host, this.getPort(), baseUrl);
  }
}
