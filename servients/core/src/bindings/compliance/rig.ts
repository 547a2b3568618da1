import { type ExposedThing, type Form, Servient } from "@node-wot/core";
import type * as WoT from "wot-typescript-definitions";
import { ThingOperations } from "../consumer";
import { type BenchmarkControls, benchmarkInit, implementBenchmark } from "./benchmark-thing";
import type {
  BindingHarness,
  BindingServer,
  Operations,
  ServerOverrides,
} from "./binding-under-test";

export interface RigOptions extends ServerOverrides {
  /** Longest wait of one request of the consumer. Default 5,000 ms. */
  readonly timeoutMs?: number;
  readonly title?: string;
}

/** A producer with the benchmark Thing and a consumer, joined by nothing but the binding. */
export class Rig {
  static #count = 0;
  readonly server: BindingServer;
  readonly #harness: BindingHarness;
  readonly #options: RigOptions;
  readonly #producer = new Servient();
  readonly #consumers: Servient[] = [];
  readonly #id = `urn:fogwot:compliance:${process.pid}-${++Rig.#count}`;
  #thing: ExposedThing | undefined;
  #controls: BenchmarkControls | undefined;
  #wot: typeof WoT | undefined;

  constructor(harness: BindingHarness, options: RigOptions = {}) {
    this.#harness = harness;
    this.#options = options;
    this.server = harness.createServer(options);
  }

  async start(): Promise<this> {
    this.#producer.addServer(this.server);
    const producer = await this.#producer.start();
    const init = benchmarkInit(this.#id, this.#options.title ?? `Compliance ${Rig.#count}`);
    const thing = await producer.produce(init);
    this.#controls = implementBenchmark(thing);
    await thing.expose();
    this.#thing = thing as unknown as ExposedThing;
    this.#wot = await this.consumer();
    return this;
  }

  /** Another consumer with connections of its own. */
  async consumer(timeoutMs = this.#options.timeoutMs ?? 5000): Promise<typeof WoT> {
    const servient = new Servient();
    servient.addClientFactory(this.#harness.createClientFactory({ timeoutMs }));
    this.#consumers.push(servient);
    return servient.start();
  }

  get thing(): WoT.ExposedThing {
    return this.#started(this.#thing) as unknown as WoT.ExposedThing;
  }

  get controls(): BenchmarkControls {
    return this.#started(this.#controls);
  }

  /** The Thing Description as exposed. */
  get td(): WoT.ThingDescription {
    return this.thing.getThingDescription();
  }

  /** A ConsumedThing of the rig's own consumer, or of another. */
  async consume(wot: typeof WoT = this.#started(this.#wot)): Promise<WoT.ConsumedThing> {
    return wot.consume(this.td);
  }

  /** The same for operations on the whole Thing. */
  async operations(): Promise<Operations> {
    const thing = await this.consume();
    return this.#harness.operations?.(thing) ?? new ThingOperations(thing);
  }

  /** The first form of an affordance that offers an operation. */
  form(kind: "properties" | "actions" | "events", name: string, op: string): Form | undefined {
    const affordance = (this.td[kind] as Record<string, { forms: Form[] }> | undefined)?.[name];
    return affordance?.forms.find((form) => [form.op ?? []].flat().includes(op));
  }

  /** Makes the server unreachable. */
  async cut(): Promise<void> {
    await (this.#harness.cut?.(this.server) ?? this.server.stop());
  }

  async stop(): Promise<void> {
    this.#controls?.release();
    for (const consumer of this.#consumers) await consumer.shutdown();
    await this.#producer.shutdown();
  }

  #started<T>(value: T | undefined): T {
    if (value === undefined) throw new TypeError("the rig was not started");
    return value;
  }
}
