import type { DriverDefinition } from "../driver";
import { ZigbeeDriver } from "./driver";
import { ZIGBEE_SETTINGS_SCHEMA } from "./settings";

/**
 * Boards that speak the board protocol in the payloads of a Zigbee network, whose coordinator is an
 * XBee module on a serial line; addresses are the 64-bit ones on the modules' labels.
 */
export const driver: DriverDefinition = {
  name: "zigbee",
  wsn: "zigbee",
  settings: ZIGBEE_SETTINGS_SCHEMA,
  create: (config, context) => new ZigbeeDriver(config, context),
};
