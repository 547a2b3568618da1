export type { Clock } from "./clock";
export { type Deferred, deferred } from "./deferred";
export { systemClock } from "./system-clock";
export { VirtualClock } from "./virtual-clock";
