import type { DriverBench } from "../driver-bench";
import { queries } from "../queries";

/** Tx Request, Tx Status and Rx on an unpaced line, with the firmware behind the coordinator. */
export const driverBench: DriverBench = {
  title: "Zigbee, XBee query",
  barMs: 1,
  measure: queries({ site: "zigbee", node: "fog-zigbee", network: "zigbee" }),
};
