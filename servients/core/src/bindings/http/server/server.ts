import type { ExposedThing, ProtocolServer, Servient } from "@node-wot/core";
import { silentLogger } from "../../../log";
import { HttpGuard } from "../../../security";
import { keepContentsInMemory } from "../../in-memory-contents";
import { advertisedBase, refuseInsecureBind } from "../../loopback";
import { titlePath } from "../../thing-path";
import {
  type CorsOptions,
  HTTP_DEFAULTS,
  type HttpServerOptions,
  type HttpSettings,
} from "../options";
import { rootResource, wellKnownResource } from "../routes/root";
import { Streams } from "../sse/streams";
import { Dispatcher } from "./dispatcher";
import { Exposure } from "./exposure";
import { authorizeBy, Gate } from "./gate";
import { Listener } from "./listener";
import { encodePath, Router } from "./router";

/** What an HTTP server has counted since it was constructed. */
export interface HttpCounters {
  readonly requests: number;
  readonly errors: number;
  readonly malformed: number;
  /** Event streams open, and polls waiting, now. */
  readonly subscribers: number;
  /** Event streams closed because their reader was too slow. */
  readonly droppedSubscribers: number;
}

/** Exposes Things over HTTP/1.1: `new HttpBindingServer({ port: 8080 })`; over TLS with `tls`. */
export class HttpBindingServer implements ProtocolServer {
  readonly scheme: "http" | "https";
  readonly #settings: HttpSettings;
  readonly #router = new Router();
  readonly #dispatcher: Dispatcher;
  readonly #streams: Streams;
  readonly #exposures = new Map<string, Exposure>();
  readonly #waiting = new Set<ExposedThing>();
  #listener: Listener | undefined;
  #port = -1;
  #base = "";

  constructor(options: HttpServerOptions) {
    keepContentsInMemory();
    const given = Object.entries(options).filter(([, value]) => value !== undefined);
    const guard = options.access && new HttpGuard(options.access, listedOrigins(options.cors));
    this.#settings = {
      ...HTTP_DEFAULTS,
      port: options.port,
      ...Object.fromEntries(given),
      ...(guard ? { guard, authorize: authorizeBy(guard) } : {}),
    };
    this.scheme = this.#settings.tls ? "https" : "http";
    this.#dispatcher = new Dispatcher(this.#router, this.#settings);
    this.#streams = new Streams(this.#settings);
  }

  get counters(): HttpCounters {
    return {
      ...this.#dispatcher.counts,
      subscribers: this.#streams.size,
      droppedSubscribers: this.#streams.dropped,
    };
  }

  /** The base of every href, without a slash at its end; "" before `start`. */
  get baseUrl(): string {
    return this.#base;
  }

  /** The port listened on; -1 while the server is stopped. */
  getPort(): number {
    return this.#port;
  }

  /** @throws InsecureBindError, PortInUseError, ConfigError */
  async start(_servient?: Servient): Promise<void> {
    if (this.#listener) return;
    const { host, insecure, baseUrl, access, tls } = this.#settings;
    // Credentials in clear on a network that others listen to protect nothing.
    refuseInsecureBind("HTTP server", host, insecure || Boolean(access && tls));
    // A wildcard host without a base address is refused before the port is taken.
    advertisedBase(this.scheme, host, 0, baseUrl);
    const listener = new Listener(this.#settings, {
      onRequest: ({ request, response, continues }) =>
        this.#dispatcher.handle(request, response, continues),
      onProtocolError: (error) => this.#dispatcher.countProtocolError(error),
    });
    this.#listener = listener;
    try {
      this.#port = await listener.start();
    } catch (error) {
      this.#listener = undefined;
      throw error;
    }
    this.#base = advertisedBase(this.scheme, host, this.#port, baseUrl);
    const served = () => [...this.#exposures.values()];
    const gate = new Gate(this.#settings);
    this.#router.add("/", rootResource(served, gate));
    this.#router.add("/.well-known/wot", wellKnownResource(served, this.#base, gate, access));
    for (const thing of this.#waiting) this.#expose(thing);
    this.#waiting.clear();
  }

  /** Closes every connection at once, event streams and hanging requests too. */
  async stop(): Promise<void> {
    const listener = this.#listener;
    if (!listener) return;
    this.#listener = undefined;
    this.#port = -1;
    for (const exposure of this.#exposures.values()) exposure.close(false);
    this.#streams.close();
    this.#exposures.clear();
    this.#router.clear();
    await listener.stop();
  }

  /** Appends this binding's forms and serves the Thing; before `start`, as soon as it is started. */
  async expose(thing: ExposedThing): Promise<void> {
    if (this.#listener && this.#port >= 0) this.#expose(thing);
    else this.#waiting.add(thing);
  }

  /** @returns whether the Thing was exposed here */
  async destroy(thingId: string): Promise<boolean> {
    for (const thing of this.#waiting) if (thing.id === thingId) this.#waiting.delete(thing);
    const exposure = this.#exposures.get(thingId);
    if (!exposure) return false;
    this.#exposures.delete(thingId);
    exposure.close(true);
    return true;
  }

  #expose(thing: ExposedThing): void {
    this.#exposures.get(thing.id)?.close(false);
    this.#exposures.delete(thing.id);
    // A scheme that HTTP cannot carry: the Thing is not offered here at all.
    if (this.#settings.access?.schemesFor(thing.id, "http").length === 0) return;
    const path = this.#freePath((this.#settings.thingPath ?? titlePath)(thing));
    const exposure = new Exposure({
      thing,
      path,
      url: `${this.#base}${path}`,
      router: this.#router,
      streams: this.#streams,
      settings: this.#settings,
      log: this.#settings.log ?? silentLogger,
    });
    this.#exposures.set(thing.id, exposure);
  }

  /** Two Things of one title must not answer for each other. */
  #freePath(wanted: string): string {
    let path = encodePath(wanted);
    for (let n = 2; this.#router.has(path); n++) path = encodePath(`${wanted}-${n}`);
    return path;
  }
}

/** "*" names nobody: what any page may do is what needs no password. */
function listedOrigins(cors: CorsOptions | undefined): readonly string[] {
  return cors === undefined || cors.origins === "*" ? [] : cors.origins;
}
