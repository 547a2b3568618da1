import type { InstanceValues } from "../src";

export interface FactoryThing {
  readonly type: string;
  readonly values: InstanceValues;
}

const place = { site: "factory", node: "fog-wifi" };

/** Every Thing of the factory site. */
export const FACTORY: readonly FactoryThing[] = [
  {
    type: "climate-dht11",
    values: { ...place, id: "wifi-1", title: "Climate sensor 1 (NodeMCU)", wsn: "wifi" },
  },
  {
    type: "climate-dht11",
    values: { ...place, id: "wifi-2", title: "Climate sensor 2 (NodeMCU)", wsn: "wifi" },
  },
  {
    type: "climate-dht11",
    values: { ...place, id: "wifi-3", title: "Climate sensor 3 (WiFly)", wsn: "wifi" },
  },
  { type: "network", values: { ...place, id: "wifi", title: "Wi-Fi sensor network", wsn: "wifi" } },
  { type: "node", values: { ...place, id: "fog-wifi", title: "Fog node fog-wifi" } },
];

/** Where the factory's HTTP binding serves the Thing. */
export function httpBase({ node, id }: InstanceValues): string {
  return `http://127.0.0.1:18090/${node}/${id}/`;
}
