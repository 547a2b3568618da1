/** @fogwot/fog/testing: what tests of other packages hold drivers to, and reach their processes by. */
export { describeDevice } from "../devices/compliance";
export { describeDriver } from "../drivers/compliance";
export type {
  DriverCapabilities,
  DriverHarness,
  HarnessOptions,
} from "../drivers/compliance-harness";
export { loadDriver } from "../drivers/load-driver";
export type { DriverProcessConfig, DriverProcessReport } from "../drivers/program";
export { UdpBoard } from "../drivers/wifi/testing/udp-board";
export { createDriverClient, driverEndpoints } from "../ipc";
export { CountingClock } from "./counting-clock";
export { isAlive, residentBytes } from "./processes";
export { type TemporaryFolder, temporaryFolder } from "./temporary-folder";
export { until } from "./until";
