import { InputError } from "../errors";
import { type ExposedThing, inputOf, type Notifier } from "../exposing";
import type { Clock } from "../time";
import { asOurs } from "./as-ours";

/** Optional affordances of the Node Thing's model that a node with processors has. */
export const PROCESSOR_AFFORDANCES = [
  "/properties/processors",
  "/properties/processorSettings",
  "/properties/processorChain",
  "/actions/deployProcessor",
  "/actions/rollbackProcessor",
  "/actions/removeProcessor",
  "/actions/moveProcessor",
  "/events/processorSwapped",
  "/events/processorFault",
  "/events/processorOutput",
] as const;

type Numbers = Readonly<Record<string, number | readonly number[]>>;
/** By in-port, the record that is in force. */
type PortSettings = Readonly<Record<string, Numbers>>;

/** A published processor, as three files hold it. */
interface Published {
  readonly wasm: Uint8Array<ArrayBuffer>;
  readonly manifest: Uint8Array<ArrayBuffer>;
  readonly signature: Uint8Array<ArrayBuffer>;
}

/** What comes with a processor from another tier. */
export interface DeployLuggage {
  readonly config?: Uint8Array | undefined;
  readonly state?: Uint8Array | undefined;
  readonly settings?: PortSettings | undefined;
}

interface Told {
  readonly kind: string;
}

/** The processors of a tier: `TierProcessors` of `@fogwot/wasm`, whose errors become ours here. */
export interface RunsProcessors {
  list(): readonly object[];
  settings(): Readonly<Record<string, PortSettings>>;
  readonly chain: readonly object[];
  rearrange(input: unknown): Promise<void>;
  configure(name: string, port: string, values: Numbers): Promise<void>;
  deploy(name: string, artifact: Published, luggage: DeployLuggage): Promise<object>;
  rollback(name: string): Promise<void>;
  remove(name: string): Promise<void>;
  move(name: string, to: string): Promise<object>;
}

/** What the processor affordances of a Node Thing do. */
export class ProcessorAffordances {
  readonly #thing: ExposedThing;
  readonly #notifier: Notifier;
  readonly #clock: Clock;
  readonly #processors: RunsProcessors;

  constructor(thing: ExposedThing, notifier: Notifier, clock: Clock, processors: RunsProcessors) {
    this.#thing = thing;
    this.#notifier = notifier;
    this.#clock = clock;
    this.#processors = processors;
    thing.setPropertyReadHandler("processors", async () => processors.list() as never);
    thing.setPropertyReadHandler("processorSettings", async () => processors.settings() as never);
    thing.setPropertyWriteHandler("processorSettings", async (input) => {
      await this.#configure((await inputOf(input)) as Readonly<Record<string, PortSettings>>);
    });
    thing.setPropertyReadHandler("processorChain", async () => [...processors.chain] as never);
    thing.setPropertyWriteHandler("processorChain", async (input) => {
      const chain = await inputOf(input);
      await asOurs(() => processors.rearrange(chain));
      this.#notifier.property("processorChain");
      this.#notifier.property("processors");
    });
    this.#action("deployProcessor", async (input) => {
      const { name, settings, ...parts } = input as unknown as DeployInput;
      return processors.deploy(name, artifactOf(parts), {
        settings,
        config: parts.config === undefined ? undefined : bytesOf("config", parts.config),
        state: parts.state === undefined ? undefined : bytesOf("state", parts.state),
      });
    });
    this.#action("moveProcessor", ({ name, to }) => processors.move(name as string, to as string));
    this.#action("rollbackProcessor", async ({ name }) => {
      await processors.rollback(name as string);
      return undefined;
    });
    this.#action("removeProcessor", async ({ name }) => {
      await processors.remove(name as string);
      return undefined;
    });
  }

  onEvent(processor: string, event: Told): void {
    const timestamp = new Date(this.#clock.now()).toISOString();
    if (event.kind === "swapped") {
      const { kind: _kind, ...facts } = event;
      this.#notifier.event("processorSwapped", { processor, ...facts, timestamp });
    }
    if (event.kind === "fault") {
      const { kind: _kind, ...facts } = event;
      this.#notifier.event("processorFault", { processor, ...facts, timestamp });
    }
    this.#notifier.property("processors");
  }

  /** @param ageMs of the data that it came of; null: of none */
  onOutput(processor: string, port: string, record: Numbers, ageMs: number | null): void {
    const timestamp = new Date(this.#clock.now()).toISOString();
    const age = ageMs === null ? {} : { ageMs };
    this.#notifier.event("processorOutput", { processor, port, record, timestamp, ...age });
  }

  /** All of it or an error that names what is wrong; what came before that holds. */
  async #configure(settings: Readonly<Record<string, PortSettings>>): Promise<void> {
    for (const [name, ports] of Object.entries(settings)) {
      for (const [port, record] of Object.entries(ports)) {
        await asOurs(() => this.#processors.configure(name, port, record));
      }
    }
    this.#notifier.property("processorSettings");
  }

  #action(
    name: string,
    run: (input: Record<string, unknown>) => Promise<object | undefined>,
  ): void {
    this.#thing.setActionHandler(name, async (input) => {
      const value = (await inputOf(input)) as Record<string, unknown>;
      const done = await asOurs(() => run(value));
      this.#notifier.property("processors");
      return done && ({ ...done } as never);
    });
  }
}

/** Bytes as base64. */
interface DeployInput extends Readonly<Record<keyof Published, string>> {
  readonly name: string;
  /** From another tier. */
  readonly config?: string;
  readonly state?: string;
  readonly settings?: PortSettings;
}

function artifactOf({ wasm, manifest, signature }: Omit<DeployInput, "name">): Published {
  return {
    wasm: bytesOf("wasm", wasm),
    manifest: bytesOf("manifest", manifest),
    signature: bytesOf("signature", signature),
  };
}

/** @throws InputError */
function bytesOf(member: string, text: string): Buffer<ArrayBuffer> {
  const decoded = Buffer.from(text, "base64");
  // Node skips what is no base64; a module with holes would only be called malformed.
  if (decoded.toString("base64").replaceAll("=", "") !== text.replaceAll(/[=\s]/g, "")) {
    throw new InputError({ path: `/${member}`, got: "other text", wanted: "base64" });
  }
  return decoded;
}
