/** What each affordance of a fog node's Things does. */
export {
  DeviceRecord,
  type DeviceRecordOptions,
  type StatusChange,
  type ThingReading,
} from "./device-record";
export { DeviceThing, type DeviceThingOptions, type DriverPort } from "./device-thing";
export { NoReadingError } from "./errors";
export { type NetworkMember, NetworkThing } from "./network-thing";
