import { readFileSync } from "node:fs";
import path from "node:path";
import {
  type Clock,
  type Logger,
  NodeThing,
  PROCESSOR_AFFORDANCES,
  type ProcessorAffordances,
  packageRoot,
  type Site,
  type SiteDevice,
  type SiteNetwork,
  type Wsn,
} from "@fogwot/core";
import { instantiate } from "@fogwot/thing-descriptions";
import type { TierProcessors } from "@fogwot/wasm";
import type { JoinedDevice } from "../drivers/driver";
import { type DeviceRecord, DeviceThing, type NetworkMember, NetworkThing } from "../things";
import type { ExposedThing, Wot } from "../things/wot-types";
import type { Network } from "./network";
import type { ThingState } from "./registration";

export interface NodeThingsOptions {
  readonly site: Site;
  readonly node: string;
  readonly networks: readonly { readonly spec: SiteNetwork; readonly network: Network }[];
  readonly wot: Wot;
  /** Of a site that says whose processors run. */
  readonly processors?: TierProcessors | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  /** A Thing has come or gone at run time. */
  readonly onChange: (change: { readonly added?: string; readonly removed?: string }) => void;
  /** The state of a Thing is another. */
  readonly onState: (name: string) => void;
}

export interface ServedThing {
  /** Name within the site: `wifi-1`. */
  readonly name: string;
  readonly kind: "device" | "network" | "node";
  readonly title: string;
  readonly wsn?: string;
  readonly thing: ExposedThing;
  readonly state: () => ThingState;
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
  readonly #parts = new Map<string, { stop(): void }>();
  readonly #networkThings = new Map<Network, NetworkThing>();
  #nodeThing: NodeThing | undefined;
  /** Coming and going of devices, one after the other: each takes several turns. */
  #changes: Promise<void> = Promise.resolve();
  #isStopped = false;

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
    this.#isStopped = true;
    for (const part of this.#parts.values()) part.stop();
    this.#parts.clear();
  }

  /** What the processors' events go through, once their Node Thing is there. */
  get processors(): ProcessorAffordances | undefined {
    return this.#nodeThing?.processors;
  }

  driversChanged(): void {
    this.#nodeThing?.driversChanged();
    this.#options.onState(this.#options.node);
  }

  /** A device that the site file does not name has come: it becomes a Thing. */
  join(network: Network, record: DeviceRecord, joined: JoinedDevice): void {
    this.#change(async () => {
      const { id } = record;
      const { spec } = this.#options.networks.find((one) => one.network === network) ?? {};
      // It may have left again meanwhile, or be known already.
      if (!spec || !network.records.has(id)) return;
      if (this.served.some(({ name }) => name === id)) return;
      const { type, title } = joined;
      const { member, thing } = await this.#produceDevice(spec, network, { id, type, title });
      await thing.expose();
      this.#networkThings.get(network)?.add(member);
      this.#options.log.info({ thing: id, title }, "joined: exposed");
      this.#options.onChange({ added: id });
    });
  }

  /** It has left: its Thing goes. */
  leave(network: Network, id: string): void {
    this.#change(async () => {
      const at = this.served.findIndex(({ name }) => name === id);
      const [gone] = at < 0 ? [] : this.served.splice(at, 1);
      if (!gone) return;
      this.#networkThings.get(network)?.remove(id);
      this.#parts.get(id)?.stop();
      this.#parts.delete(id);
      await gone.thing.destroy();
      this.#options.log.info({ thing: id }, "left: no longer exposed");
      this.#options.onChange({ removed: id });
    });
  }

  #change(work: () => Promise<void>): void {
    this.#changes = this.#changes
      .then(() => (this.#isStopped ? undefined : work()))
      .catch((error: unknown) => this.#options.log.error({ err: error }, "a Thing did not change"));
  }

  async #produceNetwork(spec: SiteNetwork, network: Network): Promise<void> {
    const { clock, log } = this.#options;
    const { name, wsn } = spec;
    const members: NetworkMember[] = [];
    for (const device of spec.devices) {
      members.push((await this.#produceDevice(spec, network, device)).member);
    }
    const title = NETWORK_TITLE[wsn];
    const state = (): ThingState => ({
      availability: this.#networkThings.get(network)?.status ?? "offline",
      lastSeenMs: latest(members.map(({ device }) => device.record.lastSeenMs)),
    });
    const thing = await this.#produce({
      model: "network",
      kind: "network",
      name,
      title,
      wsn,
      state,
    });
    const networkThing = new NetworkThing({ thing, members, clock, log });
    this.#networkThings.set(network, networkThing);
    this.#parts.set(name, networkThing);
  }

  async #produceDevice(
    { name, wsn }: SiteNetwork,
    network: Network,
    device: Pick<SiteDevice, "id" | "type" | "title" | "description">,
  ): Promise<{ readonly member: NetworkMember; readonly thing: ExposedThing }> {
    const { site, log } = this.#options;
    const { id, type, title = id, description } = device;
    const record = network.record(id);
    const thing = await this.#produce({
      model: type,
      kind: "device",
      name: id,
      title,
      wsn,
      state: () => ({ availability: record.status, lastSeenMs: record.lastSeenMs }),
      optional: record.type.optional,
      ...(description === undefined ? {} : { description }),
    });
    const deviceThing = new DeviceThing({
      thing,
      record,
      wsn,
      driver: network,
      stream: network.stream(id),
      log,
    });
    const unlisten = record.listen({
      status: () => {
        this.#options.onState(id);
        this.#options.onState(name);
      },
    });
    this.#parts.set(id, {
      stop: () => {
        unlisten();
        deviceThing.stop();
      },
    });
    return { thing, member: { device: deviceThing, title, thingId: thingId(site, id) } };
  }

  async #produceNode(): Promise<void> {
    const { node, networks, processors, clock, log } = this.#options;
    const title = `Fog node ${node}`;
    const state = (): ThingState => ({
      availability: this.#nodeThing?.status ?? "online",
      lastSeenMs: clock.now(),
    });
    const thing = await this.#produce({
      model: "node",
      kind: "node",
      name: node,
      title,
      state,
      optional: processors ? PROCESSOR_AFFORDANCES : [],
    });
    const version = packageVersion();
    const drivers = () => networks.map(({ network }) => network.state);
    this.#nodeThing = new NodeThing({ thing, version, clock, log, drivers, processors });
    this.#nodeThing.start();
    this.#parts.set(node, this.#nodeThing);
  }

  async #produce(spec: {
    readonly model: string;
    readonly kind: ServedThing["kind"];
    readonly name: string;
    readonly title: string;
    readonly description?: string;
    readonly wsn?: string;
    readonly state: () => ThingState;
    readonly optional?: readonly string[];
  }): Promise<ExposedThing> {
    const { site, node, wot } = this.#options;
    const { model, kind, name, title, wsn, state, ...rest } = spec;
    const init = instantiate(model, {
      site: site.site,
      node,
      id: name,
      title,
      ...(wsn === undefined ? {} : { wsn }),
      ...rest,
    });
    const thing = await wot.produce(init as Parameters<Wot["produce"]>[0]);
    this.served.push({ name, kind, title, thing, state, ...(wsn === undefined ? {} : { wsn }) });
    return thing;
  }
}

function latest(times: readonly (number | null)[]): number | null {
  return times.reduce((last, one) => (one !== null && one > (last ?? 0) ? one : last), null);
}

export function thingId(site: Site, name: string): string {
  return `urn:fogwot:${site.site}:${name}`;
}

export function packageVersion(): string {
  const file = path.join(packageRoot(__dirname), "package.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
