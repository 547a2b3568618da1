import { mkdirSync } from "node:fs";
import {
  type Announcement,
  type Announcer,
  announce,
  asOurs,
  type ChildStatus,
  type Clock,
  InputError,
  type LinkSettings,
  type Logger,
  NotFoundError,
  type OpenedAccess,
  openAccess,
  type RunningServient,
  type ServerCounters,
  type SiteNetwork,
  type SiteNode,
  Supervisor,
  startServient,
} from "@fogwot/core";
import type { FormMeasurement } from "@fogwot/thing-descriptions";
import type { TierProcessors } from "@fogwot/wasm";
import { servientOptions } from "./bindings";
import { type FogNodeConfig, type FogNodeReport, nodeOf } from "./config";
import { directoryProof } from "./directory-proof";
import { makeProcessors } from "./make-processors";
import { MeasuredForms } from "./measured-forms";
import { Network } from "./network";
import { Registration } from "./registration";
import { NodeThings, thingId } from "./things";

export interface FogNodeContext {
  readonly clock: Clock;
  readonly log: Logger;
  /** The node's report has changed: a Thing has come or gone. */
  readonly onReport?: (report: FogNodeReport) => void;
}

/**
 * What the parent may ask of a running node: the packet filters of real devices, its counters, and to
 * describe its Things with what was measured of them.
 */
export type FogNodeMessage =
  | {
      readonly op: "filter.set";
      readonly device: string;
      readonly settings: Partial<LinkSettings>;
    }
  | { readonly op: "filter.list" }
  | { readonly op: "counters" }
  | {
      readonly op: "measurements.set";
      /** Id of a Thing of the node. */
      readonly thing: string;
      readonly measurements: readonly FormMeasurement[];
    };

type MeasurementsMessage = Extract<FogNodeMessage, { readonly op: "measurements.set" }>;

/** What a node has counted since its start, bad input above all. */
export interface FogNodeCounters {
  readonly bindings: ServerCounters;
  /** By network; null where the driver does not answer now. */
  readonly drivers: Readonly<Record<string, Readonly<Record<string, number>> | null>>;
}

/** A fog node: driver processes, one Servient, its Things, and their places in the directory. */
export class FogNode {
  readonly #config: FogNodeConfig;
  readonly #context: FogNodeContext;
  readonly #spec: SiteNode;
  readonly #supervisor: Supervisor;
  readonly #measured: MeasuredForms;
  readonly #networks: { readonly spec: SiteNetwork; readonly network: Network }[];
  #servient: RunningServient | undefined;
  /** Whether the Things of the site file are there: before that a missing one may be on its way. */
  #isExposed = false;
  #things: NodeThings | undefined;
  #registration: Registration | undefined;
  #announcer: Announcer | undefined;
  #access: OpenedAccess | undefined;
  #processors: TierProcessors | undefined;

  /** @throws ConfigError */
  constructor(config: FogNodeConfig, context: FogNodeContext) {
    const { clock, log } = context;
    this.#config = config;
    this.#context = context;
    this.#spec = nodeOf(config);
    this.#supervisor = new Supervisor({ clock, log });
    this.#measured = new MeasuredForms(log);
    this.#networks = this.#spec.networks.map((spec) => {
      const network: Network = new Network({
        network: spec,
        node: config.node,
        addresses: config.addresses ?? {},
        line: config.lines?.[spec.name],
        runDirectory: config.runDirectory,
        seed: config.site.mashup.seed,
        timeScale: config.timeScale ?? 1,
        supervisor: this.#supervisor,
        clock,
        log,
        onState: () => this.#things?.driversChanged(),
        onJoined: (record, joined) => this.#things?.join(network, record, joined),
        onLeft: (id) => this.#things?.leave(network, id),
        onBytes: (device, bytes, timestampMs) =>
          this.#processors?.bytes(`device/${device}/bytes`, bytes, timestampMs),
      });
      return { spec, network };
    });
  }

  async start(): Promise<FogNodeReport> {
    const { site, node, runDirectory, directory } = this.#config;
    const { clock, log } = this.#context;
    mkdirSync(runDirectory, { recursive: true, mode: 0o700 });
    await Promise.all(this.#networks.map(({ network }) => network.start()));
    this.#access = this.#openAccess();
    const access = this.#access?.access;
    const isStarting = (): boolean => !this.#isExposed;
    this.#servient = await startServient(
      servientOptions(this.#config, this.#spec, log, isStarting, access),
    );
    const { wot } = this.#servient;
    const processors = makeProcessors({
      config: this.#config,
      spec: this.#spec,
      networks: this.#networks,
      clock,
      log,
      affordances: () => this.#things?.processors,
    });
    const things = new NodeThings({
      site,
      node,
      networks: this.#networks,
      wot,
      processors,
      clock,
      log,
      onChange: (change) => this.#onChange(change),
      onState: (name) => this.#registration?.stateChanged(thingId(site, name)),
    });
    await things.start();
    this.#isExposed = true;
    this.#things = things;
    this.#joinEarly(things);
    await asOurs(async () => processors?.start());
    this.#processors = processors;
    if (directory) {
      this.#registration = new Registration({
        url: directory.url,
        ...directoryProof(this.#config),
        descriptions: () =>
          things.served.map(({ name, thing, state }) => ({
            id: thingId(site, name),
            state: state(),
            td: this.#measured.annotate(thingId(site, name), thing.getThingDescription()),
          })),
        clock,
        log,
      });
      this.#registration.start();
    }
    const report = this.#report(things);
    if (site.dnsSd) this.#announcer = announce(announcements(report), { ...site.dnsSd, log });
    return report;
  }

  async stop(): Promise<void> {
    // Out of the directory first, while the Things still answer.
    await Promise.all([this.#registration?.stop(), this.#announcer?.stop()]);
    this.#things?.stop();
    for (const { network } of this.#networks) network.stop();
    await this.#processors?.stop();
    this.#processors = undefined;
    const servient = this.#servient;
    this.#servient = undefined;
    await Promise.all([this.#supervisor.stop(), servient?.stop()]);
    this.#access?.close();
    this.#access = undefined;
    for (const { network } of this.#networks) network.removeSockets();
  }

  /** The driver processes. */
  children(): readonly ChildStatus[] {
    return this.#supervisor.children();
  }

  /** @throws NotFoundError, InputError */
  async ask(message: unknown): Promise<unknown> {
    const { op, ...rest } = (message ?? {}) as FogNodeMessage & { op: string };
    if (op === "filter.list") {
      const all = await Promise.all(this.#networks.map(({ network }) => network.client.filters()));
      return Object.assign({}, ...all);
    }
    if (op === "filter.set") {
      const { device, settings } = rest as { device: string; settings: Partial<LinkSettings> };
      const owner = this.#networks.find(({ network }) => network.records.has(device));
      if (!owner) throw new NotFoundError(`device ${device}`);
      return owner.network.client.setFilter(device, settings);
    }
    if (op === "counters") return this.#counters();
    if (op === "measurements.set") return this.#setMeasurements(rest as MeasurementsMessage);
    const wanted = "filter.set, filter.list, counters or measurements.set";
    throw new InputError({ path: "/op", got: op, wanted });
  }

  #setMeasurements({ thing: id, measurements }: MeasurementsMessage): void {
    const { site } = this.#config;
    const served = this.#things?.served.find(({ name }) => thingId(site, name) === id);
    if (!served) throw new NotFoundError(`Thing ${id}`);
    this.#measured.set(id, served.thing.getThingDescription(), measurements);
    this.#registration?.refresh();
  }

  /** Devices that joined while the Things of the site file were made. */
  #joinEarly(things: NodeThings): void {
    things.driversChanged();
    for (const { network } of this.#networks) {
      for (const [record, joined] of network.joined) things.join(network, record, joined);
    }
  }

  #onChange({ removed }: { readonly removed?: string }): void {
    const { site } = this.#config;
    if (removed === undefined) this.#registration?.refresh();
    else void this.#registration?.remove(thingId(site, removed));
    if (this.#things) this.#context.onReport?.(this.#report(this.#things));
  }

  /** @throws ConfigError when the site's secrets cannot be read */
  #openAccess(): OpenedAccess | undefined {
    const { site, services } = this.#config;
    const { security } = site;
    if (!security) return undefined;
    const { clock, log } = this.#context;
    const accounts = services?.accounts ?? [];
    return openAccess({ site: { ...site, security }, services: accounts, clock, log });
  }

  async #counters(): Promise<FogNodeCounters> {
    const entries = this.#networks.map(async ({ spec, network }) => [
      spec.name,
      // A driver that is down has no counters, which null says.
      await network.client.driverCounters().catch(() => null),
    ]);
    return {
      bindings: this.#servient?.counters ?? {},
      drivers: Object.fromEntries(await Promise.all(entries)),
    };
  }

  #report(things: NodeThings): FogNodeReport {
    const { site, node } = this.#config;
    const ports = this.#servient?.ports ?? {};
    return {
      node,
      ports,
      things: things.served.map(({ name, kind, title, wsn }) => ({
        id: thingId(site, name),
        kind,
        title,
        ...(wsn === undefined ? {} : { wsn }),
        tdUrl: `${this.#base()}/${node}/${name}`,
      })),
      drivers: this.#networks.map(({ network }) => network.report),
    };
  }

  /** Where the Things' descriptions are: over HTTP, or over CoAP where there is no HTTP. */
  #base(): string {
    const { http, coap, coapSecure } = this.#servient?.ports ?? {};
    const { host } = this.#spec;
    const scheme = this.#config.site.security?.tls ? "https" : "http";
    const name = host.includes(":") ? `[${host}]` : host;
    if (http === undefined && coapSecure !== undefined) return `coaps+tcp://${name}:${coapSecure}`;
    if (http === undefined && coap !== undefined) return `coap://${name}:${coap}`;
    return `${scheme}://${name}:${http ?? 0}`;
  }
}

/** Each answer by multicast DNS names all of them: of many, the directory alone is announced. */
const MOST_ANNOUNCED = 50;

function announcements({ node, things }: FogNodeReport): Announcement[] {
  const named = things.map(({ title, tdUrl, id }) => ({
    name: `${title} (${node}/${id.slice(id.lastIndexOf(":") + 1)})`.slice(-63),
    url: tdUrl,
    type: "Thing" as const,
  }));
  return named.length > MOST_ANNOUNCED ? [] : named;
}
