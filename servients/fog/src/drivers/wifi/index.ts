import type { DriverDefinition } from "../driver";
import { WIFI_SETTINGS_SCHEMA } from "./constants";
import { WifiDriver } from "./driver";

/** Boards that speak the board protocol in UDP datagrams; addresses are `host:port`. */
export const driver: DriverDefinition = {
  name: "wifi",
  wsn: "wifi",
  settings: WIFI_SETTINGS_SCHEMA,
  create: (config, context) => new WifiDriver(config, context),
};
