import { randomInt } from "node:crypto";
import type { ExposedThing, ProtocolServer } from "@node-wot/core";
import { type Logger, silentLogger } from "../../../log";
import { createRng } from "../../../random";
import type { Access } from "../../../security";
import { type Clock, systemClock } from "../../../time";
import { actionsOf } from "../../actions";
import { keepContentsInMemory } from "../../in-memory-contents";
import { advertisedBase } from "../../loopback";
import { valueTypes } from "../../payload";
import { addForms } from "../../thing-forms";
import { titlePath } from "../../thing-path";
import { blockSizeWithin, Code, DEFAULT_PARAMETERS } from "../message";
import { BlockAssembly } from "./block-assembly";
import { BlockSlices } from "./block-slices";
import { Dispatcher } from "./dispatcher";
import { appendForms, type FormBase } from "./forms";
import { Gatekeeper } from "./gate";
import { Observers } from "./observers";
import type { CoapSecureOptions, CoapServerCounters, CoapServerOptions } from "./options";
import { Observing, Resources } from "./resources";
import { ThingEntry } from "./thing-entry";
import { appendThingForms } from "./thing-forms";
import { Things } from "./things";
import { TlsEndpoint } from "./tls/tls-endpoint";
import { UdpEndpoint } from "./udp/endpoint";

const MEBIBYTE = 1024 * 1024;
/** Options of a request, beside its payload. */
const MESSAGE_HEAD_BYTES = 4_096;
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
  readonly #things: Things;
  readonly #waiting = new Map<string, ExposedThing>();
  readonly #udp: UdpEndpoint;
  readonly #tls: TlsEndpoint | undefined;
  readonly #assembly: BlockAssembly;
  readonly #slices: BlockSlices;
  readonly #observers: Observers;
  readonly #dispatcher: Dispatcher;

  constructor(options: CoapServerOptions) {
    keepContentsInMemory();
    this.#options = options;
    this.#things = new Things(options.isStarting);
    this.#log = options.log ?? silentLogger;
    const clock = options.clock ?? systemClock;
    const maximumPayloadBytes = options.maxPayloadBytes ?? MEBIBYTE;
    const maximumTotalBytes = Math.max(16 * MEBIBYTE, 4 * maximumPayloadBytes);
    const maximumExchanges = options.maxConcurrentRequests ?? 1_024;
    this.#udp = new UdpEndpoint({
      clock,
      rng: createRng(randomInt(0x100000000), "coap-server"),
      log: this.#log,
      parameters: { ...DEFAULT_PARAMETERS, ...options.transmission },
      maximumExchanges,
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
    this.#tls = options.secure && this.#secureEndpoint(options.secure, clock, maximumExchanges);
    const gatekeeper = new Gatekeeper(this.#access);
    this.#dispatcher = new Dispatcher({
      gatekeeper,
      assembly: this.#assembly,
      slices: this.#slices,
      resources: new Resources({
        things: this.#things,
        observing: new Observing(this.#observers, clock),
        types: valueTypes(options.cbor ?? true),
      }),
      log: this.#log,
    });
  }

  get counters(): CoapServerCounters {
    const { duplicates, sendFailures, ...udp } = this.#udp.counters;
    const tls = this.#tls?.counters;
    const requests = this.#dispatcher.counters;
    return {
      ...requests,
      malformed: requests.malformed + udp.malformed + (tls?.malformed ?? 0),
      duplicates,
      refused: udp.refused + (tls?.refused ?? 0),
      ...this.#observers.counters,
      subscribers: this.#observers.size,
      connections: this.#tls?.connections ?? 0,
      handshakeFailures: tls?.handshakeFailures ?? 0,
      sendFailures,
    };
  }

  /** What the server keeps for exchanges under way, in counts and bytes: all of it is bounded. */
  get held(): { exchanges: number; confirmables: number; replies: number; bytes: number } {
    const { exchanges, ...udp } = this.#udp.pending;
    const bytes = this.#assembly.bytes + this.#slices.bytes;
    return { ...udp, exchanges: exchanges + (this.#tls?.pending ?? 0), bytes };
  }

  /** @throws InsecureBindError, PortInUseError */
  async start(): Promise<void> {
    if (this.getPort() >= 0) return;
    const { host = "127.0.0.1", port, insecure = false } = this.#options;
    await this.#udp.open({ what: "CoAP server", host, port, insecure });
    try {
      await this.#tls?.open();
    } catch (error) {
      await this.#udp.close();
      throw error;
    }
    for (const thing of this.#waiting.values()) this.#expose(thing);
    this.#waiting.clear();
  }

  /** Closes at once; observers get a last 5.03. Idempotent. */
  async stop(): Promise<void> {
    this.#observers.endAll(Code.serviceUnavailable);
    await Promise.all([this.#udp.close(), this.#tls?.close()]);
    this.#assembly.clear();
    this.#slices.clear();
    for (const entry of this.#things.all()) entry.release();
    this.#things.clear();
  }

  /** The bound UDP port; -1 while stopped. */
  getPort(): number {
    return this.#udp.port;
  }

  /** The bound port of `coaps+tcp`; -1 while stopped, and without it. */
  getSecurePort(): number {
    return this.#tls?.port ?? -1;
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
    const ways = this.#waysTo(thing, path.split("/").map(encodeURIComponent).join("/"));
    const bases = Object.values(ways);
    // Nothing of it can be had here.
    if (bases.length === 0) return;
    const { cbor = true, actions } = this.#options;
    const [{ url, security }, ...others] = bases as [FormBase, ...FormBase[]];
    const key = JSON.stringify(["coap", cbor, security, others]);
    const parts = addForms(thing, key, url, (base) => {
      const all = [{ url: base, security }, ...others];
      const forms = appendForms(thing, all, cbor);
      return { forms, namesParameter: appendThingForms(thing, all, cbor) };
    });
    const entry = new ThingEntry({
      thing,
      path,
      urls: {
        ...(ways.udp ? { udp: ways.udp.url } : {}),
        ...(ways.tls ? { tls: ways.tls.url } : {}),
      },
      ...parts,
      onFeedError: (error) => this.#log.warn({ err: error, path }, "CoAP notification lost"),
    });
    if (entry.asynchronousActions.length > 0) entry.release = actionsOf(thing, actions).retain();
    this.#things.add(entry);
  }

  /** An open Thing by plain CoAP, where nobody is asked for a key; a secured one where they are. */
  #waysTo({ id }: ExposedThing, path: string): { udp?: FormBase; tls?: FormBase } {
    const access = this.#access;
    if (!access) return { udp: { url: `${this.#baseUrl()}/${path}`, security: undefined } };
    const security = access.schemesFor(id, "coap");
    if (!access.isSecured(id)) return { udp: { url: `${this.#baseUrl()}/${path}`, security } };
    if (!this.#tls || security.length === 0) return {};
    return { tls: { url: `${this.#secureBaseUrl()}/${path}`, security } };
  }

  get #access(): Access | undefined {
    return this.#options.access ?? this.#options.secure?.access;
  }

  #secureEndpoint(secure: CoapSecureOptions, clock: Clock, maximumExchanges: number): TlsEndpoint {
    const { maxPayloadBytes = MEBIBYTE } = this.#options;
    return new TlsEndpoint({
      access: secure.access,
      clock,
      log: this.#log,
      host: this.#secureHost,
      port: secure.port,
      maximumConnections: secure.maxConnections ?? 1_024,
      handshakeMs: secure.handshakeTimeoutMs ?? 5_000,
      idleMs: secure.idleTimeoutMs ?? 120_000,
      patienceMs: secure.patienceMs ?? 15_000,
      maximumMessageBytes: secure.maxMessageBytes ?? maxPayloadBytes + MESSAGE_HEAD_BYTES,
      maximumExchanges,
      onRequest: (exchange) => void this.#dispatcher.take(exchange),
      isObserving: (peer) => this.#observers.isObserving(peer),
      onGone: (peer) => this.#observers.forget(peer),
    });
  }

  get #secureHost(): string {
    return this.#options.secure?.host ?? this.#options.host ?? "127.0.0.1";
  }

  #secureBaseUrl(): string {
    const { secure } = this.#options;
    return advertisedBase("coaps+tcp", this.#secureHost, this.getSecurePort(), secure?.baseUrl);
  }

  #baseUrl(): string {
    const { host = "127.0.0.1", baseUrl } = this.#options;
    return advertisedBase(this.scheme, host, this.getPort(), baseUrl);
  }
}
