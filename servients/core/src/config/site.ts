import path from "node:path";
import type { DnsSdSettings } from "../discovery/dns-sd/settings";
import { ConfigError, type Mismatch } from "../errors";
import type { LinkSettings } from "../link";
import { loadYaml } from "./config";
import { processorFaults } from "./processor-faults";
import type { SiteProcessor, SiteProcessorTrust } from "./processors-settings";
import { securityFaults } from "./security-faults";
import type { SiteSecurity } from "./security-settings";
import { SITE_SCHEMA } from "./site-schema";

/** One production site: what stands where, and what senses it. Shape and defaults: SITE_SCHEMA. */
export interface Site {
  readonly site: string;
  /** Every port of the file lies in portBase … portBase + 99. */
  readonly portBase: number;
  readonly server: {
    readonly host: string;
    readonly httpPort: number;
    /** URL other machines reach the server by; without it, from host and port. */
    readonly url?: string;
    readonly insecure: boolean;
    /** Of the server's own Thing, where it runs processors; 0 or none takes a free one. */
    readonly thingPort?: number;
    readonly cors?: SiteCors;
    /** What runs on the processing server. */
    readonly processors: readonly SiteProcessor[];
  };
  /** Which web pages of other origins may call the server and the Things. @default none */
  readonly cors?: SiteCors;
  /** Makes the site known by DNS-SD. @default off */
  readonly dnsSd?: DnsSdSettings;
  readonly broker: SiteBroker;
  readonly nodes: readonly SiteNode[];
  readonly mashup: SiteMashup;
  readonly store: { readonly flushMs: number; readonly flushRows: number };
  /** Without it nothing that is no part of fogwot runs on a node. */
  readonly processors?: SiteProcessorTrust;
  /** Without it every Thing is open, and on loopback. */
  readonly security?: SiteSecurity;
}

/** `"*"`, or origins such as `https://dashboard.example`. */
export type SiteCors = "*" | readonly string[];

export interface SiteBroker {
  readonly embedded: boolean;
  readonly port: number;
  readonly url?: string;
  readonly username?: string;
  readonly passwordFile?: string;
  readonly insecure: boolean;
}

export interface SiteNode {
  readonly name: string;
  readonly host: string;
  readonly insecure: boolean;
  readonly cors?: SiteCors;
  readonly bindings: {
    readonly http: SiteBinding;
    readonly coap: SiteBinding;
    readonly mqtt: SiteBinding;
  };
  readonly networks: readonly SiteNetwork[];
  readonly processors: readonly SiteProcessor[];
}

/** `own` is ours, `stock` node-wot's as a measured baseline. */
export interface SiteBinding {
  readonly implementation: "own" | "stock" | "off";
  readonly port?: number;
  /** CoAP alone: of coaps+tcp, where the site has `security`. */
  readonly securePort?: number;
}

export type Wsn = "wifi" | "zigbee" | "ble" | "rs232";

export interface SiteNetwork {
  /** Also the id of the Network Thing. */
  readonly name: string;
  readonly wsn: Wsn;
  /** Folder name of the driver. */
  readonly driver: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly devices: readonly SiteDevice[];
}

export interface SiteDevice {
  readonly id: string;
  /** Folder name of the device type, and of its Thing Model. */
  readonly type: string;
  readonly title?: string;
  readonly description?: string;
  /** As the driver understands it: host:port for Wi-Fi. */
  readonly address: string;
  readonly samplingIntervalMs?: number;
  /** Writable properties of the Thing, beside the sampling interval, and what they are to be. */
  readonly settings?: Readonly<Record<string, number>>;
  /** Packet filter at the driver, for real devices. */
  readonly filter?: Partial<LinkSettings>;
}

export interface SiteMashup {
  readonly policy: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly m: number;
  readonly timeoutMs: number;
  readonly intervalMs: number;
  readonly binding: "http" | "coap" | "mqtt";
  readonly seed: number;
  /** Ids; without it, every Device Thing of the directory. */
  readonly devices?: readonly string[];
}

/**
 * Reads a site file. Names are unique, ports lie in the site's block, and every port is used once.
 * @throws ConfigError
 */
export function loadSite(file: string): Site {
  const raw = loadYaml<RawSite>(file, SITE_SCHEMA);
  const site: Site = {
    ...raw,
    nodes: raw.nodes.map((node) => ({
      ...node,
      bindings: {
        http: binding(node.bindings.http),
        coap: binding(node.bindings.coap),
        mqtt: binding(node.bindings.mqtt),
      },
      processors: node.processors.map((one) => withArtifact(one, file)),
    })),
    server: {
      ...raw.server,
      processors: raw.server.processors.map((one) => withArtifact(one, file)),
    },
    ...(raw.processors ? { processors: withTrust(raw.processors, file) } : {}),
    ...(raw.security
      ? { security: { ...raw.security, folder: beside(file, raw.security.folder) } }
      : {}),
  };
  const faults = [
    ...nameFaults(site),
    ...portFaults(site),
    ...securityFaults(site),
    ...processorFaults(site.processors, tiersOf(site)),
  ];
  if (faults.length > 0) throw new ConfigError(path.resolve(file), faults);
  return site;
}

type RawBinding = "own" | "stock" | "off" | Partial<SiteBinding>;
type RawSite = Omit<Site, "nodes"> & {
  readonly nodes: readonly (Omit<SiteNode, "bindings"> & {
    readonly bindings: {
      readonly http: RawBinding;
      readonly coap: RawBinding;
      readonly mqtt: RawBinding;
    };
  })[];
};

function binding(raw: RawBinding): SiteBinding {
  // Ajv fills no default inside an anyOf, so this one stands here.
  return typeof raw === "string" ? { implementation: raw } : { implementation: "own", ...raw };
}

/** A path of the site file, wherever the program that reads it runs. */
function beside(file: string, relative: string): string {
  return path.resolve(path.dirname(file), relative);
}

function withArtifact(processor: SiteProcessor, file: string): SiteProcessor {
  const { artifact, source } = processor;
  return {
    ...processor,
    ...(artifact === undefined ? {} : { artifact: beside(file, artifact) }),
    ...(source === undefined ? {} : { source: beside(file, source) }),
  };
}

function withTrust(processors: SiteProcessorTrust, file: string): SiteProcessorTrust {
  const { trust } = processors;
  return trust === undefined ? processors : { ...processors, trust: beside(file, trust) };
}

function tiersOf({ nodes, server }: Site): Parameters<typeof processorFaults>[1] {
  return [
    { path: "/server/processors", processors: server.processors, devices: [], hasThings: true },
    ...nodes.map(({ processors, networks }, n) => ({
      path: `/nodes/${n}/processors`,
      processors,
      devices: networks.flatMap(({ devices }) => devices.map(({ id }) => id)),
    })),
  ];
}

/** A node, a network and a device are all Things of one site, so their names share one space. */
function nameFaults(site: Site): Mismatch[] {
  const seen = new Map<string, string>();
  const faults: Mismatch[] = [];
  const claim = (name: string, at: string): void => {
    const first = seen.get(name);
    if (first) faults.push({ path: at, got: name, wanted: `a name of its own (${first} has it)` });
    else seen.set(name, at);
  };
  site.nodes.forEach((node, n) => {
    claim(node.name, `/nodes/${n}/name`);
    node.networks.forEach((network, w) => {
      claim(network.name, `/nodes/${n}/networks/${w}/name`);
      network.devices.forEach((device, d) => {
        claim(device.id, `/nodes/${n}/networks/${w}/devices/${d}/id`);
      });
    });
  });
  site.mashup.devices?.forEach((id, i) => {
    if (!seen.has(id)) {
      faults.push({
        path: `/mashup/devices/${i}`,
        got: id,
        wanted: "the id of a device of the site",
      });
    }
  });
  return faults;
}

function portFaults(site: Site): Mismatch[] {
  const used = new Map<string, string>();
  const faults: Mismatch[] = [];
  const claim = (protocol: string, port: number | undefined, at: string): void => {
    if (port === undefined || port === 0) return;
    if (port < site.portBase || port > site.portBase + 99) {
      faults.push({
        path: at,
        got: port,
        wanted: `a port of ${site.portBase}…${site.portBase + 99}`,
      });
    }
    const key = `${protocol} ${port}`;
    const first = used.get(key);
    if (first) faults.push({ path: at, got: port, wanted: `a port of its own (${first} has it)` });
    else used.set(key, at);
  };
  claim("tcp", site.server.httpPort, "/server/httpPort");
  claim("tcp", site.server.thingPort, "/server/thingPort");
  if (site.broker.embedded) claim("tcp", site.broker.port, "/broker/port");
  site.nodes.forEach((node, n) => {
    claim("tcp", node.bindings.http.port, `/nodes/${n}/bindings/http/port`);
    claim("udp", node.bindings.coap.port, `/nodes/${n}/bindings/coap/port`);
    claim("tcp", node.bindings.coap.securePort, `/nodes/${n}/bindings/coap/securePort`);
  });
  return faults;
}
