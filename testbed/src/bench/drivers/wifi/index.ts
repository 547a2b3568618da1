import type { DriverBench } from "../driver-bench";
import { queries } from "../queries";

/** A query and its reply as UDP datagrams, through the emulated link to the firmware and back. */
export const driverBench: DriverBench = {
  title: "Wi-Fi, UDP query",
  barMs: 0.2,
  measure: queries({ site: "wifi", node: "fog-wifi", network: "wifi" }),
};
