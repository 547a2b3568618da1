import { randomInt } from "node:crypto";
import type { ExposedThing, ProtocolServer } from "@node-wot/core";
import { InputError, toFogwotError } from "../../../errors";
import { type Logger, silentLogger } from "../../../log";
import { createRng } from "../../../random";
import { type Clock, systemClock } from "../../../time";
import { type ThingPath, titlePath } from "../../thing-path";
import {
  blockOption,
  blockSizeWithin,
  Code,
  DEFAULT_PARAMETERS,
  OptionNumber,
  type TransmissionParameters,
} from "../message";
import { remoteText } from "../transport";
import { BlockAssembly } from "./block-assembly";
import { BlockSlices } from "./block-slices";
import { describeThing, listLinks, listThings } from "./discovery";
import { Endpoint } from "./endpoint";
import { type Exchange, type Response, response } from "./exchange";
import { appendForms } from "./forms";
import { Interactions, type InteractionContext, type Outcome } from "./interactions";
import { Observers } from "./observers";
import { problemResponse } from "./problem";
import { readOptions, type RequestOptions } from "./request";
import { type Route, ThingEntry, Things } from "./things";

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
  /** Event notifications that may wait for one slow client. @default 64 */
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
  readonly malformed: number;
  readonly duplicates: number;
  /** Requests refused because too many were in work. */
  readonly refused: number;
  readonly notifications: number;
  /** Notifications a slow client did not get. */
  readonly skipped: number;
  readonly observers: number;
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
  readonly #endpoint: Endpoint;
  readonly #assembly: BlockAssembly;
  readonly #slices: BlockSlices;
  readonly #observers: Observers;
  readonly #interactions: Interactions;
  #requests = 0;
  #errors = 0;

  constructor(options: CoapServerOptions) {
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
      onRequest: (exchange) => void this.#take(exchange),
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
    });
    this.#observers = new Observers({
      maximum: options.maxSubscribers ?? 1_000,
      maximumQueuedEvents: options.maxQueuedEvents ?? 64,
      slices: this.#slices,
      endpoint: () => this.#endpoint,
    });
    this.#interactions = new Interactions(this.#observers, clock);
  }

  get counters(): CoapServerCounters {
    const { malformed, duplicates, refused, sendFailures } = this.#endpoint.counters;
    return {
      requests: this.#requests,
      errors: this.#errors,
      malformed,
      duplicates,
      refused,
      ...this.#observers.counters,
      observers: this.#observers.size,
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

  async expose(thing: ExposedThing): Promise<void> {
    const path = (this.#options.thingPath ?? titlePath)(thing);
    const url = `${this.#baseUrl()}/${path.split("/").map(encodeURIComponent).join("/")}`;
    const forms = appendForms(thing, url);
    const entry = new ThingEntry({
      thing,
      path,
      url,
      forms,
      onFeedError: (error) => this.#log.warn({ err: error, path }, "CoAP notification lost"),
    });
    const previous = this.#things.add(entry);
    if (previous) this.#observers.endAll(Code.notFound, `${previous.path}/`);
  }

  async destroy(thingId: string): Promise<boolean> {
    const entry = this.#things.remove(thingId);
    if (entry) this.#observers.endAll(Code.notFound, `${entry.path}/`);
    return entry !== undefined;
  }

  #baseUrl(): string {
    const { host = "127.0.0.1", baseUrl } = this.#options;
    if (baseUrl !== undefined) return baseUrl.replace(/\/$/, "");
    return `coap://${host.includes(":") ? `[${host}]` : host}:${this.getPort()}`;
  }

  async #take(exchange: Exchange): Promise<void> {
    this.#requests++;
    const options = readOptions(exchange.request);
    if ("badOption" in options) {
      this.#errors++;
      exchange.respond(
        response(options.isProxying ? Code.proxyingNotSupported : Code.badOption),
      );
      return;
    }
    try {
      const outcome = await this.#handle(exchange, options);
      exchange.respond(outcome.response, outcome.onReset);
      outcome.onSent?.();
    } catch (thrown) {
      const error = toFogwotError(thrown);
      this.#errors++;
      if (error.status >= 500) {
        this.#log.warn({ err: error, path: options.path.join("/") }, "CoAP request failed");
      }
      exchange.respond(problemResponse(error));
    }
  }

  async #handle(exchange: Exchange, options: RequestOptions): Promise<Outcome> {
    const route = this.#things.route(options.path);
    const { request, remote } = exchange;
    const sliceKey = transferKey(exchange, options);
    if (options.block2 && options.block2.number > 0) {
      const next = this.#slices.next(sliceKey, options.block2);
      if (next) return { response: next };
      // Doing an action again would not give block 2 of its first output.
      if (request.code !== Code.get) {
        throw new InputError({ path: "", got: "a later block", wanted: "block 0 first" });
      }
    }
    let { payload } = request;
    const { block1 } = options;
    if (block1) {
      const key = `${remoteText(remote)} ${options.requestTag} ${sliceKey}`;
      const step = this.#assembly.take(key, block1, payload);
      if (step === "continue") {
        return { response: response(Code.continue, [blockOption(OptionNumber.block1, block1)]) };
      }
      if (step === "incomplete") return { response: response(Code.requestEntityIncomplete) };
      if (step === "busy") return { response: response(Code.serviceUnavailable) };
      payload = step;
    }
    const outcome = await this.#route(route, { exchange, options, payload, sliceKey });
    const blocked = this.#slices.first(sliceKey, outcome.response, options.block2);
    return { ...outcome, response: block1 ? withOption(blocked, block1) : blocked };
  }

  async #route(
    route: Route,
    context: Omit<InteractionContext, "entry" | "name">,
  ): Promise<Outcome> {
    const { exchange, options } = context;
    const { code } = exchange.request;
    switch (route.kind) {
      case "root":
        return { response: listThings(this.#things.all(), code, options) };
      case "core":
        return { response: listLinks(this.#things.all(), code, options) };
      case "description":
        return { response: describeThing(route.entry, code, options) };
      case "properties":
        return this.#interactions.property({ ...context, ...route });
      case "actions":
        return this.#interactions.action({ ...context, ...route });
      case "events":
        return this.#interactions.event({ ...context, ...route });
    }
  }
}
