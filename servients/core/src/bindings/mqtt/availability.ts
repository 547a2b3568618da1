import type { Clock } from "../../time";
import type { Publication } from "./outbox";
import { topicLevel } from "./topics";

export interface AvailabilityOptions {
  readonly topicPrefix: string;
  /** Name of the Servient below the prefix. */
  readonly name: string;
  readonly clock: Clock;
  readonly publish: (publication: Publication) => void;
  /** Topics of the retained `status` of every Thing that has one. */
  readonly statusTopics: () => readonly string[];
  /** Publishes every Thing's status anew. */
  readonly reassert: () => void;
}

/** How long the list of Things waits for more of them, ms. */
const GATHER_MS = 50;
/** How long a belated "offline" has to take its effects before it is contradicted, ms. */
const CONTRADICT_MS = 500;

/**
 * Whether the Servient is there, as others see it.
 *
 * MQTT has one last will per connection, so it is the Servient's: `<prefix>/<name>/availability`,
 * retained `"online"` or `"offline"`. Beside it stands, retained, which status topics go with it
 * (`…/availability/topics`), so that whoever outlives the Servient can say "offline" for its
 * Things (mashups' availability keeper does).
 */
export class Availability {
  readonly topic: string;
  readonly #options: AvailabilityOptions;
  #cancelGather: (() => void) | undefined;
  #cancelContradiction: (() => void) | undefined;

  constructor(options: AvailabilityOptions) {
    this.#options = options;
    this.topic = `${options.topicPrefix}/${topicLevel(options.name)}/availability`;
  }

  /** What the broker says when the connection breaks. */
  get will() {
    return { topic: this.topic, payload: '"offline"', qos: 1, retain: true } as const;
  }

  /** The connection is up. */
  announce(): void {
    this.#say(this.topic, "online");
    this.#listThings();
  }

  /** Things were exposed or destroyed. */
  thingsChanged(): void {
    this.#cancelGather ??= this.#options.clock.schedule(GATHER_MS, () => {
      this.#cancelGather = undefined;
      this.#listThings();
    });
  }

  /**
   * A message on the topic. "offline" while we are there is the will of a connection that the
   * broker gave up late: it is contradicted.
   */
  onMessage(payload: Buffer): void {
    if (payload.toString() !== '"offline"') return;
    this.#cancelContradiction ??= this.#options.clock.schedule(CONTRADICT_MS, () => {
      this.#cancelContradiction = undefined;
      this.#say(this.topic, "online");
      this.#options.reassert();
    });
  }

  /** Says "offline" for every Thing and the Servient, before it goes by its own will. */
  farewell(): void {
    for (const topic of this.#options.statusTopics()) this.#say(topic, "offline");
    this.#say(this.topic, "offline");
  }

  stop(): void {
    this.#cancelGather?.();
    this.#cancelContradiction?.();
    this.#cancelGather = undefined;
    this.#cancelContradiction = undefined;
  }

  #listThings(): void {
    this.#retain(`${this.topic}/topics`, JSON.stringify(this.#options.statusTopics()));
  }

  #say(topic: string, status: "online" | "offline"): void {
    this.#retain(topic, JSON.stringify(status));
  }

  #retain(topic: string, payload: string): void {
    this.#options.publish({ topic, payload, qos: 1, retain: true, perishable: true });
  }
}
