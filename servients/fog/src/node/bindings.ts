import {
  type Access,
  brokerLogin,
  isLoopback,
  type Logger,
  type ServientOptions,
  type SiteBinding,
  type SiteNode,
  siteAuthority,
  siteCertificate,
} from "@fogwot/core";
import type { FogNodeConfig } from "./config";

/** The server role of the node's Servient, as the site and the parent want it. */
export function servientOptions(
  config: FogNodeConfig,
  node: SiteNode,
  log: Logger,
  isStarting: () => boolean,
  access?: Access,
): ServientOptions {
  const { site, ports, brokerUrl, brokerAdvertisedUrl } = config;
  const { http, coap, mqtt } = node.bindings;
  const thingPath = ({ id }: { readonly id: string }): string =>
    `${node.name}/${id.slice(id.lastIndexOf(":") + 1)}`;
  const tls = siteCertificate(site);
  const ca = siteAuthority(site);
  const origins = node.cors ?? site.cors;
  const common = { host: node.host, insecure: node.insecure, thingPath, isStarting, log };
  return {
    name: node.name,
    log,
    clients: [],
    ...(access ? { access } : {}),
    ...(isOn(http)
      ? {
          http: {
            ...common,
            // A module of 4 MiB and its state, as base64.
            ...(site.processors ? { maxBodyBytes: 16 * 1_024 * 1_024 } : {}),
            port: ports?.http ?? http.port ?? 0,
            stock: isStock(http),
            ...(tls ? { tls } : {}),
            ...(origins === undefined ? {} : { cors: { origins } }),
          },
        }
      : {}),
    ...(isOn(coap)
      ? {
          coap: {
            ...common,
            // Plain CoAP shows no credentials, so it is for open Things, which stay on this machine.
            ...(access && !node.insecure ? { host: loopbackOf(node.host) } : {}),
            port: ports?.coap ?? coap.port ?? 0,
            stock: isStock(coap),
            ...(access
              ? {
                  secure: {
                    host: node.host,
                    port: ports?.coapSecure ?? coap.securePort ?? 0,
                    access,
                  },
                }
              : {}),
          },
        }
      : {}),
    ...(isOn(mqtt) && brokerUrl !== undefined
      ? {
          mqtt: {
            brokerUrl,
            topicPrefix: `fogwot/${site.site}`,
            name: node.name,
            thingPath,
            stock: isStock(mqtt),
            log,
            ...brokerLogin(site, config.services?.own),
            ...(ca === undefined ? {} : { tls: { ca } }),
            ...(brokerAdvertisedUrl === undefined ? {} : { baseUrl: brokerAdvertisedUrl }),
          },
        }
      : {}),
  };
}

function loopbackOf(host: string): string {
  if (isLoopback(host)) return host;
  return host.includes(":") ? "::1" : "127.0.0.1";
}

function isOn({ implementation }: SiteBinding): boolean {
  return implementation !== "off";
}

function isStock({ implementation }: SiteBinding): boolean {
  return implementation === "stock";
}
