import type { Clock, Logger } from "@fogwot/core";
import { Load } from "./load";
import { Notifier } from "./notifier";
import type { ExposedThing } from "./wot-types";

export interface NodeThingOptions {
  readonly thing: ExposedThing;
  readonly version: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What each affordance of a Node Thing does: the computer that serves the others. */
export class NodeThing {
  readonly #options: NodeThingOptions;
  readonly #notifier: Notifier;
  readonly #load: Load;
  readonly #startedAtMs: number;
  readonly #down = new Set<string>();

  constructor(options: NodeThingOptions) {
    const { thing, clock, log, version } = options;
    this.#options = options;
    this.#notifier = new Notifier(thing, log);
    this.#load = new Load(clock);
    this.#startedAtMs = clock.monotonicMs();
    thing.setPropertyReadHandler("status", async () => this.status);
    thing.setPropertyReadHandler("load", async () => ({ ...this.#load.read() }));
    thing.setPropertyReadHandler("version", async () => version);
    thing.setPropertyReadHandler("uptime", async () => this.#uptimeSeconds());
  }

  /** A node that answers is not offline. */
  get status(): "online" | "degraded" {
    return this.#down.size === 0 ? "online" : "degraded";
  }

  start(): void {
    this.#load.start();
  }

  stop(): void {
    this.#load.stop();
    this.#notifier.stop();
  }

  /** A driver came up or went down. */
  driver(name: string, isUp: boolean): void {
    const before = this.status;
    if (isUp) this.#down.delete(name);
    else this.#down.add(name);
    if (this.status !== before) this.#notifier.property("status");
  }

  #uptimeSeconds(): number {
    return Math.round((this.#options.clock.monotonicMs() - this.#startedAtMs) / 10) / 100;
  }
}
