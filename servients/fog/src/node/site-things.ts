import type { Site, Wsn } from "@fogwot/core";
import { instantiate } from "@fogwot/thing-descriptions";
import { loadDeviceType } from "../devices/load-device-type";

/** A Thing that a site's file names: what can be done with it, not what it is called. */
export interface SiteThing {
  readonly node: string;
  /** Name within the site: `wifi-1`. */
  readonly name: string;
  readonly description: ReturnType<typeof instantiate> & { readonly id: string };
}

/**
 * Every Thing that a site's file names: devices, networks, nodes. Devices that join at run time are
 * not among them.
 * @throws ConfigError for a device type there is not
 */
export function siteThings(site: Site): SiteThing[] {
  return site.nodes.flatMap(({ name: node, networks }) => {
    const make = (model: string, name: string, wsn?: Wsn): SiteThing => {
      const isDevice = model !== "network" && model !== "node";
      const description = instantiate(model, {
        ...{ site: site.site, node, id: name, title: name },
        ...(wsn === undefined ? {} : { wsn }),
        ...(isDevice ? { optional: loadDeviceType(model).optional } : {}),
      });
      return { node, name, description: { ...description, id: `urn:fogwot:${site.site}:${name}` } };
    };
    return [
      ...networks.flatMap(({ name, wsn, devices }) => [
        ...devices.map(({ id, type }) => make(type, id, wsn)),
        make("network", name, wsn),
      ]),
      make("node", node),
    ];
  });
}
