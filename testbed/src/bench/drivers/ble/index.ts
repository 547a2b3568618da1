import type { DriverBench } from "../driver-bench";
import { queries } from "../queries";

/** Temperature and humidity read over ATT through noble, with the firmware behind the peripheral. */
export const driverBench: DriverBench = {
  title: "BLE, two characteristics read",
  barMs: 1.5,
  measure: queries({ site: "ble", node: "fog-ble", network: "ble" }),
};
