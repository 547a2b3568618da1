import * as dgram from "node:dgram";
import * as net from "node:net";
import { ConfigError, PortInUseError, type Site } from "@fogwot/core";

/** A port that a part of the site is going to listen on. */
export interface WantedPort {
  readonly what: string;
  readonly protocol: "tcp" | "udp";
  readonly host: string;
  readonly port: number;
}

/**
 * The site with its block of ports moved to `base`; 0 makes every port a free one.
 * @throws ConfigError when the block would leave the range of ports
 */
export function withPortBase(site: Site, base: number | undefined, siteFile: string): Site {
  if (base === undefined || base === site.portBase) return site;
  if (base !== 0 && (base < 1_024 || base > 65_400)) {
    throw new ConfigError(siteFile, [
      { path: "--port-base", got: base, wanted: "0 or 1024…65400" },
    ]);
  }
  const move = (port: number): number =>
    base === 0 || port === 0 ? 0 : port - site.portBase + base;
  const moveOptional = (port: number | undefined) =>
    port === undefined ? {} : { port: move(port) };
  const moveSecure = (port: number | undefined) =>
    port === undefined ? {} : { securePort: move(port) };
  return {
    ...site,
    portBase: base === 0 ? site.portBase : base,
    server: {
      ...site.server,
      httpPort: move(site.server.httpPort),
      ...(site.server.thingPort === undefined ? {} : { thingPort: move(site.server.thingPort) }),
    },
    broker: { ...site.broker, port: move(site.broker.port) },
    nodes: site.nodes.map((node) => ({
      ...node,
      bindings: {
        http: { ...node.bindings.http, ...moveOptional(node.bindings.http.port) },
        coap: {
          ...node.bindings.coap,
          ...moveOptional(node.bindings.coap.port),
          ...moveSecure(node.bindings.coap.securePort),
        },
        mqtt: node.bindings.mqtt,
      },
    })),
  };
}

/** Where an emulated device is to be found: its address, moved with the block. */
export function movedAddress(address: string, site: Site, base: number | undefined): string {
  const match = /^(.*):(\d+)$/.exec(address);
  if (base === undefined || !match) return address;
  const port = Number(match[2]);
  return `${match[1]}:${base === 0 ? 0 : port - site.portBase + base}`;
}

/** Every port of the parts that are going to run, emulated boards included. */
export function wantedPorts(
  site: Site,
  parts: { server: boolean; nodes: ReadonlySet<string>; boards: Readonly<Record<string, string>> },
): WantedPort[] {
  const wanted: WantedPort[] = [];
  const add = (what: string, protocol: "tcp" | "udp", host: string, port: number | undefined) => {
    if (port) wanted.push({ what, protocol, host, port });
  };
  if (parts.server) {
    add("processing server", "tcp", site.server.host, site.server.httpPort);
    add("processing server's Thing", "tcp", site.server.host, site.server.thingPort);
    if (site.broker.embedded && !site.broker.url) {
      add("MQTT broker", "tcp", site.server.host, site.broker.port);
    }
  }
  for (const node of site.nodes) {
    if (!parts.nodes.has(node.name)) continue;
    const { http, coap } = node.bindings;
    if (http.implementation !== "off") add(`${node.name} HTTP`, "tcp", node.host, http.port);
    if (coap.implementation !== "off") {
      add(`${node.name} CoAP`, "udp", node.host, coap.port);
      if (site.security) add(`${node.name} CoAP over TLS`, "tcp", node.host, coap.securePort);
    }
  }
  for (const [device, address] of Object.entries(parts.boards)) {
    // A radio's address may have colons too, between each two digits.
    const match = /^(\[[^\]]+\]|[^:]+):(\d{1,5})$/.exec(address);
    if (match) add(`emulated board ${device}`, "udp", match[1] ?? "", Number(match[2]));
  }
  return wanted;
}

/**
 * Looks whether all are free before anything is started: one clear error instead of a half-started
 * site. A port that is taken between this look and the real bind is reported by its owner.
 * @throws PortInUseError naming the first taken one
 */
export async function checkPortsFree(ports: readonly WantedPort[]): Promise<void> {
  const taken = await Promise.all(ports.map(isTaken));
  const first = ports[taken.indexOf(true)];
  if (first) throw new PortInUseError(first.what, first.host, first.port);
}

function isTaken({ protocol, host, port }: WantedPort): Promise<boolean> {
  return protocol === "tcp" ? isTcpTaken(host, port) : isUdpTaken(host, port);
}

function isTcpTaken(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = net.createServer();
    probe.once("error", (error: NodeJS.ErrnoException) => resolve(error.code === "EADDRINUSE"));
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve(false)));
  });
}

function isUdpTaken(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = dgram.createSocket("udp4");
    probe.once("error", (error: NodeJS.ErrnoException) => {
      probe.close();
      resolve(error.code === "EADDRINUSE");
    });
    probe.bind({ address: host, port, exclusive: true }, () => probe.close(() => resolve(false)));
  });
}
