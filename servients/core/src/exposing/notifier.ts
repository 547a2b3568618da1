import type { Logger } from "../log";
import type { ExposedThing } from "./wot-types";

/**
 * Tells subscribers after the request at hand has been answered: what a getData brings must not
 * make its answer wait. Order is kept.
 */
export class Notifier {
  readonly #thing: ExposedThing;
  readonly #log: Logger;
  readonly #waiting: (() => Promise<void> | void)[] = [];
  #immediate: NodeJS.Immediate | undefined;
  #isStopped = false;

  constructor(thing: ExposedThing, log: Logger) {
    this.#thing = thing;
    this.#log = log;
  }

  property(name: string): void {
    this.#push(() => this.#thing.emitPropertyChange(name));
  }

  event(name: string, data: object): void {
    this.#push(() => this.#thing.emitEvent(name, data as never));
  }

  stop(): void {
    this.#isStopped = true;
    this.#waiting.length = 0;
    if (this.#immediate) clearImmediate(this.#immediate);
    this.#immediate = undefined;
  }

  #push(work: () => Promise<void> | void): void {
    if (this.#isStopped) return;
    this.#waiting.push(work);
    this.#immediate ??= setImmediate(() => this.#flush());
  }

  #flush(): void {
    this.#immediate = undefined;
    for (const work of this.#waiting.splice(0)) void this.#run(work);
  }

  async #run(work: () => Promise<void> | void): Promise<void> {
    try {
      await work();
    } catch (error) {
      // One subscriber's transport failed; the Thing goes on.
      this.#log.debug({ err: error, thing: this.#thing.getThingDescription().id }, "not notified");
    }
  }
}
