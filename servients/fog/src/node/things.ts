import { readFileSync } from "node:fs";
import path from "node:path";
import {
  type Clock,
  type Logger,
  packageRoot,
  type Site,
  type SiteNetwork,
  type Wsn,
} from "@fogwot/core";
import { instantiate } from "@fogwot/thing-descriptions";
import { DeviceThing, type NetworkMember, NetworkThing, NodeThing } from "../things";
import type { ExposedThing, Wot } from "../things/wot-types";
import type { Network } from "./network";

export interface NodeThingsOptions {
  readonly site: Site;
  readonly node: string;
  readonly networks: readonly { readonly spec: SiteNetwork; readonly network: Network }[];
  readonly wot: Wot;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface ServedThing {
  /** Name within the site: `wifi-1`. */
  readonly name: string;
  readonly kind: "device" | "network" | "node";
  readonly title: string;
  readonly wsn?: string;
  readonly thing: ExposedThing;
}

const NETWORK_TITLE: Readonly<Record<Wsn, string>> = {
  wifi: "Wi-Fi sensor network",
  zigbee: "Zigbee sensor network",
  ble: "Bluetooth Low Energy sensor network",
  rs232: "RS-232 devices",
};

/** Produces and exposes every Thing of the node. */
export class NodeThings {
  readonly served: ServedThing[] = [];
  readonly #options: NodeThingsOptions;
  readonly #parts: { stop(): void }[] = [];
  #nodeThing: NodeThing | undefined;

  constructor(options: NodeThingsOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { site, node, networks } = this.#options;
    for (const { spec, network } of networks) await this.#produceNetwork(spec, network);
    await this.#produceNode();
    for (const { thing } of this.served) await thing.expose();
    this.#options.log.info({ site: site.site, node, things: this.served.length }, "exposed");
  }

  stop(): void {
    for (const part of this.#parts) part.stop();
    this.#parts.length = 0;
  }

  driver(name: string, isUp: boolean): void {
    this.#nodeThing?.driver(name, isUp);
  }

  async #produceNetwork(spec: SiteNetwork, network: Network): Promise<void> {
    const { site, clock, log } = this.#options;
    const { name, wsn } = spec;
    const members: NetworkMember[] = [];
    for (const { id, type, title = id, description } of spec.devices) {
      const record = network.record(id);
      const thing = await this.#produce({
        model: type,
        kind: "device",
        name: id,
        title,
        wsn,
        optional: record.type.optional,
        ...(description === undefined ? {} : { description }),
      });
      const device = new DeviceThing({ thing, record, wsn, driver: network, log });
      this.#parts.push(device);
      members.push({ device, title, thingId: thingId(site, id) });
    }
    const title = NETWORK_TITLE[wsn];
    const thing = await this.#produce({ model: "network", kind: "network", name, title, wsn });
    this.#parts.push(new NetworkThing({ thing, members, clock, log }));
  }

  async #produceNode(): Promise<void> {
    const { node, clock, log } = this.#options;
    const title = `Fog node ${node}`;
    const thing = await this.#produce({ model: "node", kind: "node", name: node, title });
    const version = packageVersion();
    this.#nodeThing = new NodeThing({ thing, version, clock, log });
    this.#nodeThing.start();
    this.#parts.push(this.#nodeThing);
  }

  async #produce(spec: {
    readonly model: string;
    readonly kind: ServedThing["kind"];
    readonly name: string;
    readonly title: string;
    readonly description?: string;
    readonly wsn?: string;
    readonly optional?: readonly string[];
  }): Promise<ExposedThing> {
    const { site, node, wot } = this.#options;
    const { model, kind, name, title, wsn, ...rest } = spec;
    const init = instantiate(model, {
      site: site.site,
      node,
      id: name,
      title,
      ...(wsn === undefined ? {} : { wsn }),
      ...rest,
    });
    const thing = await wot.produce(init as Parameters<Wot["produce"]>[0]);
    this.served.push({ name, kind, title, thing, ...(wsn === undefined ? {} : { wsn }) });
    return thing;
  }
}

export function thingId(site: Site, name: string): string {
  return `urn:fogwot:${site.site}:${name}`;
}

function packageVersion(): string {
  const file = path.join(packageRoot(__dirname), "package.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
