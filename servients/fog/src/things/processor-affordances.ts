import { type Clock, InputError } from "@fogwot/core";
import type { Artifact, InstallEvent, RecordValue } from "@fogwot/wasm";
import type { NodeProcessors } from "../processors";
import { inputOf } from "./interaction-input";
import type { Notifier } from "./notifier";
import type { ExposedThing } from "./wot-types";

/** Optional affordances of the Node Thing's model that a node with processors has. */
export const PROCESSOR_AFFORDANCES = [
  "/properties/processors",
  "/properties/processorSettings",
  "/actions/deployProcessor",
  "/actions/rollbackProcessor",
  "/actions/removeProcessor",
  "/events/processorSwapped",
  "/events/processorFault",
  "/events/processorOutput",
] as const;

type Settings = Readonly<Record<string, Readonly<Record<string, RecordValue>>>>;

/** What the processor affordances of a Node Thing do. */
export class ProcessorAffordances {
  readonly #thing: ExposedThing;
  readonly #notifier: Notifier;
  readonly #clock: Clock;
  readonly #processors: NodeProcessors;

  constructor(thing: ExposedThing, notifier: Notifier, clock: Clock, processors: NodeProcessors) {
    this.#thing = thing;
    this.#notifier = notifier;
    this.#clock = clock;
    this.#processors = processors;
    thing.setPropertyReadHandler("processors", async () => processors.list() as never);
    thing.setPropertyReadHandler("processorSettings", async () => processors.settings() as never);
    thing.setPropertyWriteHandler("processorSettings", async (input) => {
      await this.#configure((await inputOf(input)) as Settings);
    });
    this.#action("deployProcessor", async (input) => {
      const { name, ...parts } = input as Record<keyof Artifact | "name", string>;
      return processors.deploy(name, artifactOf(parts));
    });
    this.#action("rollbackProcessor", async ({ name }) => {
      await processors.rollback(name as string);
      return undefined;
    });
    this.#action("removeProcessor", async ({ name }) => {
      await processors.remove(name as string);
      return undefined;
    });
  }

  onEvent(processor: string, event: InstallEvent): void {
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

  onOutput(processor: string, port: string, record: RecordValue, ageMs: number | null): void {
    const timestamp = new Date(this.#clock.now()).toISOString();
    this.#notifier.event("processorOutput", {
      processor,
      port,
      record,
      timestamp,
      ...(ageMs === null ? {} : { ageMs }),
    });
  }

  /** All of it or an error that names what is wrong; what came before that holds. */
  async #configure(settings: Settings): Promise<void> {
    for (const [name, ports] of Object.entries(settings)) {
      for (const [port, record] of Object.entries(ports)) {
        await this.#processors.configure(name, port, record);
      }
    }
    this.#notifier.property("processorSettings");
  }

  #action(
    name: string,
    run: (input: Record<string, unknown>) => Promise<object | undefined>,
  ): void {
    this.#thing.setActionHandler(name, async (input) => {
      const done = await run((await inputOf(input)) as Record<string, unknown>);
      this.#notifier.property("processors");
      return done && ({ ...done } as never);
    });
  }
}

function artifactOf(parts: Readonly<Record<keyof Artifact, string>>): Artifact {
  const bytes = (member: keyof Artifact): Buffer<ArrayBuffer> => {
    const text = parts[member];
    const decoded = Buffer.from(text, "base64");
    // Node skips what is no base64; a module with holes would only be called malformed.
    if (decoded.toString("base64").replaceAll("=", "") !== text.replaceAll(/[=\s]/g, "")) {
      throw new InputError({ path: `/${member}`, got: "other text", wanted: "base64" });
    }
    return decoded;
  };
  return { wasm: bytes("wasm"), manifest: bytes("manifest"), signature: bytes("signature") };
}
