import type { DeviceType } from "../device-type";

/** A board with a DHT11: air temperature and relative humidity, sampled once a second at most. */
export const deviceType: DeviceType = {
  quantities: { temperature: "temperature", humidity: "relativeHumidity" },
  optional: [],
  defaults: { samplingIntervalMs: 1_000, threshold: null },
  // One step of a DHT11; the firmware uses the same.
  threshold: { property: "temperature", hysteresis: 1 },
};
