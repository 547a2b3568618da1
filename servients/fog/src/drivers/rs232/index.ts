import type { DriverDefinition } from "../driver";
import { Rs232Driver } from "./driver";
import { RS232_SETTINGS_SCHEMA } from "./settings";

/**
 * One device at a serial line that speaks by itself, as a stream of bytes; what they mean, the driver does
 * not know. Converters for RS-422 and RS-485 are lines like any other. The device's address is not read.
 */
export const driver: DriverDefinition = {
  name: "rs232",
  wsn: "rs232",
  settings: RS232_SETTINGS_SCHEMA,
  create: (config, context) => new Rs232Driver(config, context),
};
