import { type ExposedThing, Servient } from "@node-wot/core";

/**
 * node-wot's Servient, but for a copy of every Thing it exposes: a template that node-wot's own
 * servers look at and ours do not, and that is a third of what producing a Thing costs.
 */
export class LeanServient extends Servient {
  override async expose(thing: ExposedThing): Promise<void> {
    const servers = this.getServers();
    const wantsTemplate = servers.some(({ expose }) => expose.length > 1);
    if (wantsTemplate || servers.length === 0) return super.expose(thing);
    for (const holder of [
      thing,
      ...Object.values(thing.properties),
      ...Object.values(thing.actions),
      ...Object.values(thing.events),
    ]) {
      holder.forms = [];
    }
    await Promise.all(servers.map((server) => server.expose(thing)));
  }
}
