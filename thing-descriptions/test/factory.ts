import type { InstanceValues } from "../src";

export interface FactoryThing {
  readonly type: string;
  readonly values: InstanceValues;
}

interface Node {
  readonly node: string;
  readonly wsn: string;
  /** Of the network. */
  readonly title: string;
  readonly type: string;
  /** Ids and titles. */
  readonly devices: Readonly<Record<string, string>>;
}

const NODES: readonly Node[] = [
  {
    node: "fog-wifi",
    wsn: "wifi",
    title: "Wi-Fi sensor network",
    type: "climate-dht11",
    devices: {
      "wifi-1": "Climate sensor 1 (NodeMCU)",
      "wifi-2": "Climate sensor 2 (NodeMCU)",
      "wifi-3": "Climate sensor 3 (WiFly)",
    },
  },
  {
    node: "fog-zigbee",
    wsn: "zigbee",
    title: "Zigbee sensor network",
    type: "climate-thermistor",
    devices: {
      "zig-1": "Climate sensor 4 (XBee)",
      "zig-2": "Climate sensor 5 (XBee)",
      "zig-3": "Climate sensor 6 (XBee)",
    },
  },
  {
    node: "fog-ble",
    wsn: "ble",
    title: "Bluetooth Low Energy sensor network",
    type: "climate-ess",
    devices: { "ble-1": "Climate sensor 7 (ESP32)" },
  },
  {
    node: "fog-robot",
    wsn: "rs232",
    title: "RS-232 devices",
    type: "robot-krc2",
    devices: { "robot-1": "Robot (KR C2)" },
  },
];

/** Every Thing of the factory site. */
export const FACTORY: readonly FactoryThing[] = NODES.flatMap(
  ({ node, wsn, title, type, devices }) => {
    const place = { site: "factory", node };
    return [
      ...Object.entries(devices).map(([id, name]) => ({
        type,
        values: { ...place, id, title: name, wsn },
      })),
      { type: "network", values: { ...place, id: wsn, title, wsn } },
      { type: "node", values: { ...place, id: node, title: `Fog node ${node}` } },
    ];
  },
);
