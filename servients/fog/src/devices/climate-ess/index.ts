import type { DeviceType } from "../device-type";

/** A sensor with the Environmental Sensing Service: air temperature and relative humidity. */
export const deviceType: DeviceType = {
  quantities: { temperature: "temperature", humidity: "relativeHumidity" },
  optional: [],
  defaults: { samplingIntervalMs: 1_000 },
};
