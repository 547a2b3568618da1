import type { DriverDefinition } from "../driver";
import { BleDriver } from "./driver";
import { BLE_SETTINGS_SCHEMA } from "./settings";

/**
 * Sensors with the Environmental Sensing Service over Bluetooth Low Energy, in connected mode;
 * addresses are Bluetooth device addresses.
 */
export const driver: DriverDefinition = {
  name: "ble",
  wsn: "ble",
  settings: BLE_SETTINGS_SCHEMA,
  create: (config, context) => new BleDriver(config, context),
};
