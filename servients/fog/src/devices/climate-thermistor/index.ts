import type { DeviceType } from "../device-type";

/** A board with a thermistor, as behind a Zigbee module: air temperature alone. */
export const deviceType: DeviceType = {
  quantities: { temperature: "temperature" },
  optional: [],
  defaults: { samplingIntervalMs: 1_000, threshold: null },
  // The firmware's, the same for every board.
  threshold: { property: "temperature", hysteresis: 1 },
};
