import { ConfigError, type ServiceSecrets, type Site, type SiteNode, type Wsn } from "@fogwot/core";

export interface NodePorts {
  readonly http?: number;
  readonly coap?: number;
  /** Of coaps+tcp. */
  readonly coapSecure?: number;
}

/** Told to the fog node program when it starts. */
export interface FogNodeConfig {
  readonly site: Site;
  /** Name of one of the site's nodes. */
  readonly node: string;
  /** Device id → address, in place of the site's: emulated boards. */
  readonly addresses?: Readonly<Record<string, string>>;
  /** Network name → serial line, in place of the setting `path`: emulated lines. */
  readonly lines?: Readonly<Record<string, string>>;
  /** For the sockets of the drivers; made where it is missing. */
  readonly runDirectory: string;
  /** What the node keeps over restarts: its processors. @default `processors` in runDirectory */
  readonly stateDirectory?: string;
  /** In place of the site's; 0 takes a free one. */
  readonly ports?: NodePorts;
  readonly directory?: { readonly url: string; readonly token?: string };
  /** Of a site with `security`: whom the node lets in, and what it shows itself. */
  readonly services?: ServiceSecrets;
  /** Without one there is no MQTT. */
  readonly brokerUrl?: string;
  /** The broker's URL as the forms name it. @default brokerUrl */
  readonly brokerAdvertisedUrl?: string;
  /** Of the packet filters' delays. @default 1 */
  readonly timeScale?: number;
  readonly logLevel?: string;
}

/** What a running fog node tells its parent. */
export interface FogNodeReport {
  readonly node: string;
  readonly ports: NodePorts;
  readonly things: readonly ThingReport[];
  readonly drivers: readonly DriverReport[];
}

export interface ThingReport {
  readonly id: string;
  readonly kind: "device" | "network" | "node";
  readonly title: string;
  readonly wsn?: string;
  readonly tdUrl: string;
}

export interface DriverReport {
  readonly name: string;
  readonly wsn: Wsn;
  readonly ipc: { readonly query: string; readonly data: string };
  readonly devices: readonly string[];
}

/** @throws ConfigError that names the site's nodes */
export function nodeOf({ site, node: name }: FogNodeConfig): SiteNode {
  const node = site.nodes.find((one) => one.name === name);
  if (node) return node;
  const names = site.nodes.map((one) => one.name).join(", ");
  throw new ConfigError(`site ${site.site}`, [
    { path: "/node", got: name, wanted: `one of ${names}` },
  ]);
}
