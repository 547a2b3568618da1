import type { DeviceType } from "../device-type";

/** A time-of-flight camera above a robot's cell. Numbers of its own: firmware/core/person-tracker.h. */
export const deviceType: DeviceType = {
  quantities: { personX: "16", personY: "17", velocityX: "18", velocityY: "19" },
  optional: [],
  defaults: { samplingIntervalMs: 1_000 },
};
