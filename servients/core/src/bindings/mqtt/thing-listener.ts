import type { Content, ExposedThing, Form } from "@node-wot/core";
import { isEmitting, type NotifyingKind } from "../emissions";
import { AffordanceFeed } from "../feed";
import { fromContent, type Payload } from "../payload";

export interface ThingListenerOptions {
  readonly thing: ExposedThing;
  /** Of the form that reads a property, or subscribes to an event. */
  formIndexOf(kind: NotifyingKind, name: string): number;
  /** Told of each notification, in the order of their emission. */
  take(kind: NotifyingKind, name: string, payload: Payload): void;
  onError(error: unknown): void;
}

/** Listens to everything that a Thing says: its events, and changes of what can be read. */
export class ThingListener {
  readonly #options: ThingListenerOptions;
  /** Notifications of all affordances, in the order of their emission. */
  #tail: Promise<void> = DONE;
  #stops: (() => void)[] = [];

  constructor(options: ThingListenerOptions) {
    this.#options = options;
  }

  /** @throws what the Thing's own subscribe handlers throw */
  async start(): Promise<void> {
    const { thing } = this.#options;
    if (isEmitting(thing)) {
      const stop = await thing.onEmission((kind, name, content) =>
        this.#later(kind, name, content),
      );
      this.#stops.push(stop);
      return;
    }
    const readable = Object.keys(thing.properties).filter(
      (name) => !thing.properties[name]?.writeOnly,
    );
    await Promise.all([
      ...readable.map((name) => this.#listen("properties", name)),
      ...Object.keys(thing.events).map((name) => this.#listen("events", name)),
    ]);
  }

  stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
  }

  async #listen(kind: NotifyingKind, name: string): Promise<void> {
    const { thing, onError } = this.#options;
    const formIndex = this.#options.formIndexOf(kind, name);
    const feed = new AffordanceFeed({ thing, kind, name, formIndex, onError });
    const tap = () => feed.tap((pending) => this.#queue(kind, name, () => pending));
    const remove = await this.#withObserveOperation(kind, name, formIndex, tap);
    this.#stops.push(() => this.#withObserveOperation(kind, name, formIndex, remove));
  }

  #later(kind: NotifyingKind, name: string, content: Content): void {
    if (kind === "properties" && this.#options.thing.properties[name]?.writeOnly) return;
    const pending = fromContent(content);
    this.#queue(kind, name, () => pending);
  }

  #queue(kind: NotifyingKind, name: string, payload: () => Promise<Payload>): void {
    this.#tail = this.#tail
      .then(async () => this.#options.take(kind, name, await payload()))
      .catch((error: unknown) => this.#options.onError(error));
  }

  /**
   * node-wot tells of a property's changes only where the form names `observeproperty`, which a
   * property that is not observable must not offer, although its Thing may still say that it
   * changed. So the operation stands there while listening begins or ends (synchronously), and not
   * in any Thing Description.
   */
  #withObserveOperation<T>(kind: NotifyingKind, name: string, formIndex: number, work: () => T): T {
    // Looked up each time: whoever keeps a form keeps those of all bindings.
    const { thing } = this.#options;
    const form = thing[kind][name]?.forms[formIndex] as Form | undefined;
    if (!form || kind === "events") return work();
    const { op } = form;
    form.op = [...new Set([...[op ?? []].flat(), "observeproperty", "unobserveproperty"])];
    try {
      return work();
    } finally {
      if (op !== undefined) form.op = op;
    }
  }
}

const DONE = Promise.resolve();
