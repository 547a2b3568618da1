import type { FogwotError } from "../errors";
import { type ExposedThing, Notifier } from "../exposing";
import type { Logger } from "../log";
import type { Clock } from "../time";
import { Load } from "./load";
import { ProcessorAffordances, type RunsProcessors } from "./processor-affordances";

export interface NodeThingOptions {
  readonly thing: ExposedThing;
  readonly version: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Its drivers as they are now. */
  readonly drivers: () => readonly DriverCondition[];
  /** Of a site that says whose processors run. */
  readonly processors?: RunsProcessors | undefined;
}

export interface DriverCondition {
  /** Of the sensor network. */
  readonly name: string;
  readonly wsn: string;
  /** Null: it is up. */
  readonly problem: FogwotError | null;
}

/** What each affordance of a Node Thing does: a computer that serves other Things, or runs processors. */
export class NodeThing {
  readonly #options: NodeThingOptions;
  readonly #notifier: Notifier;
  readonly #load: Load;
  readonly #startedAtMs: number;
  /** Of a node that runs processors. */
  readonly processors: ProcessorAffordances | undefined;
  #told: string;

  constructor(options: NodeThingOptions) {
    const { thing, clock, log, version } = options;
    this.#options = options;
    this.#notifier = new Notifier(thing, log);
    this.#load = new Load(clock);
    this.#startedAtMs = clock.monotonicMs();
    this.#told = JSON.stringify(this.#drivers);
    const { processors } = options;
    this.processors =
      processors && new ProcessorAffordances(thing, this.#notifier, clock, processors);
    thing.setPropertyReadHandler("status", async () => this.status);
    thing.setPropertyReadHandler("drivers", async () => this.#drivers as never);
    thing.setPropertyReadHandler("load", async () => ({ ...this.#load.read() }));
    thing.setPropertyReadHandler("version", async () => version);
    thing.setPropertyReadHandler("uptime", async () => this.#uptimeSeconds());
  }

  /** A node that answers is not offline. */
  get status(): "online" | "degraded" {
    return this.#options.drivers().every(({ problem }) => problem === null) ? "online" : "degraded";
  }

  start(): void {
    this.#load.start();
  }

  stop(): void {
    this.#load.stop();
    this.#notifier.stop();
  }

  /** Something about a driver may have changed. */
  driversChanged(): void {
    const now = JSON.stringify(this.#drivers);
    if (now === this.#told) return;
    this.#told = now;
    this.#notifier.property("drivers");
    this.#notifier.property("status");
  }

  get #drivers(): readonly object[] {
    return this.#options.drivers().map(({ name, wsn, problem }) => {
      if (!problem) return { network: name, wsn, status: "online" };
      const { code, message, status } = problem;
      return { network: name, wsn, status: "offline", error: { code, detail: message, status } };
    });
  }

  #uptimeSeconds(): number {
    return Math.round((this.#options.clock.monotonicMs() - this.#startedAtMs) / 10) / 100;
  }
}
