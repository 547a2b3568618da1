import type { DeviceType } from "../device-type";

/** A soil probe and a pump on one board, as an ESP32 in a field. Numbers: firmware/core/soil-pump.h. */
export const deviceType: DeviceType = {
  quantities: { soilMoisture: "soilMoisture", battery: "battery", pump: "16" },
  parameters: { dryCount: "16", wetCount: "17", pump: "128" },
  optional: [],
  defaults: { samplingIntervalMs: 1_000, "16": 2_800, "17": 1_200 },
};
