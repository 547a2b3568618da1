/**
 * @fogwot/fog: what runs on a fog node. Driver processes, the IPC between them and the Servient,
 * the Things it exposes, and the node program that holds them together.
 */
export { loadDeviceType } from "./devices/load-device-type";
export type {
  DeviceState,
  DeviceStatus,
  Driver,
  DriverData,
  DriverDefinition,
  DriverReply,
  DriverRequest,
  Parameter,
  Reading,
} from "./drivers/driver";
export type { DriverProcessConfig } from "./drivers/program";
export {
  createDriverClient,
  type DriverClient,
  type DriverClientOptions,
  type DriverEndpoints,
  driverEndpoints,
} from "./ipc";
export type {
  DriverReport,
  FogNodeConfig,
  FogNodeReport,
  ThingReport,
} from "./node/config";
export {
  FogNode,
  type FogNodeContext,
  type FogNodeCounters,
  type FogNodeMessage,
} from "./node/node";
export {
  type RegisteredThing,
  Registration,
  type RegistrationOptions,
} from "./node/registration";
export { DeviceStream, type DeviceStreamOptions } from "./streams";
export { DeviceRecord, DeviceThing, NetworkThing, NoReadingError } from "./things";
