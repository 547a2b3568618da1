import { type ExposedThing, Servient } from "@node-wot/core";
import { FormTexts } from "./compact-forms";
import { SharedStrings } from "./share-strings";

/** Exposed at the same time: enough that none waits for a broker alone. */
const MOST_AT_ONCE = 16;

/**
 * node-wot's Servient for Things by the thousand. It makes no copy of each Thing it exposes (a
 * template that node-wot's own servers look at and ours do not), keeps forms compact and texts once, and exposes
 * only some at the same time: what comes about meanwhile is many times what stays.
 */
export class LeanServient extends Servient {
  readonly #texts = new FormTexts();
  readonly #strings = new SharedStrings();
  readonly #waiting: (() => void)[] = [];
  #exposing = 0;

  override async expose(thing: ExposedThing): Promise<void> {
    const servers = this.getServers();
    const wantsTemplate = servers.some(({ expose }) => expose.length > 1);
    if (wantsTemplate || servers.length === 0) return super.expose(thing);
    await this.#turn();
    try {
      thing.forms = [];
      for (const kind of ["properties", "actions", "events"] as const) {
        this.#strings.share(thing[kind]);
      }
      this.#texts.prepare(thing);
      await Promise.all(servers.map((server) => server.expose(thing)));
      this.#texts.compact(thing);
    } finally {
      this.#exposing--;
      this.#waiting.shift()?.();
    }
  }

  override async destroyThing(thingId: string): Promise<boolean> {
    const thing = this.getThing(thingId);
    const isDestroyed = await super.destroyThing(thingId);
    if (thing) this.#texts.release(thing);
    return isDestroyed;
  }

  async #turn(): Promise<void> {
    while (this.#exposing >= MOST_AT_ONCE) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#exposing++;
  }
}
