import { type ExposedThing, Servient } from "@node-wot/core";
import type * as WoT from "wot-typescript-definitions";
import { refuseOtherTypes } from "../bindings/served-types";
import { ConfigError } from "../errors";
import { asExposed, LeanThing, ThingMembers } from "./lean-thing";

/** Exposed at the same time: enough that none waits for a broker alone. */
const MOST_AT_ONCE = 16;

/**
 * node-wot's Servient for Things by the thousand. What Things of one model have in common is held
 * once. It makes no copy of each Thing it exposes (a template that node-wot's own servers look at
 * and ours do not), and exposes only some at the same time: what comes about
 * meanwhile is many times what stays. With a server of node-wot's it does as node-wot does.
 */
export class LeanServient extends Servient {
  readonly #members = new ThingMembers();
  readonly #waiting: (() => void)[] = [];
  #exposing = 0;

  override async start(): Promise<typeof WoT> {
    const wot = await super.start();
    return Object.assign(Object.create(wot) as typeof WoT, {
      produce: async (init: WoT.ExposedThingInit) =>
        this.#hasStockServer ? wot.produce(init) : this.#produce(init),
    });
  }

  /** @throws ConfigError */
  #produce(init: WoT.ExposedThingInit): WoT.ExposedThing {
    const thing = asExposed(new LeanThing(this, this.#members.of(init)));
    if (!this.addThing(thing)) {
      const wanted = "an id that no other Thing of the Servient has";
      throw new ConfigError(`Thing ${thing.title}`, [{ path: "/id", got: thing.id, wanted }]);
    }
    return thing as unknown as WoT.ExposedThing;
  }

  /** One that is handed what a Thing was before it was exposed. */
  get #hasStockServer(): boolean {
    return this.getServers().some(({ expose }) => expose.length > 1);
  }

  override async expose(thing: ExposedThing): Promise<void> {
    const servers = this.getServers();
    const isLean = thing instanceof LeanThing;
    if (!isLean || this.#hasStockServer || servers.length === 0) return super.expose(thing);
    refuseOtherTypes(thing.title, thing.thingForms);
    await this.#turn();
    try {
      thing.thingForms.reset();
      await Promise.all(servers.map((server) => server.expose(thing)));
      thing.thingForms.seal();
    } finally {
      this.#exposing--;
      this.#waiting.shift()?.();
    }
  }

  async #turn(): Promise<void> {
    while (this.#exposing >= MOST_AT_ONCE) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#exposing++;
  }
}
