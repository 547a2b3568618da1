import { SERIAL_SETTINGS, type SerialSettings } from "../../serial";
import type { ApiMode } from "./xbee";

/** JSON Schema of the Zigbee driver's settings. */
export const ZIGBEE_SETTINGS_SCHEMA = {
  type: "object",
  additionalProperties: false,
  required: ["path"],
  properties: {
    ...SERIAL_SETTINGS,
    apiMode: {
      enum: [1, 2],
      default: 1,
      description: "The coordinator's parameter AP: 2 escapes, for lines that lose bytes.",
    },
    keepAliveMs: {
      type: "integer",
      minimum: 20,
      maximum: 600_000,
      default: 5_000,
      description:
        "A device silent for this long is asked, outside getData. Real time, not scaled.",
    },
    offlineAfter: {
      type: "integer",
      minimum: 1,
      maximum: 100,
      default: 3,
      description: "Keep-alives missed in a row until the device counts as offline.",
    },
    join: {
      type: "object",
      additionalProperties: false,
      required: ["type"],
      description:
        "Admits boards that the site file does not name: each becomes a Thing while it is there. Without it they are only counted.",
      properties: {
        type: { type: "string", minLength: 1, description: "Device type of the boards that join." },
        discoverMs: {
          type: "integer",
          minimum: 100,
          maximum: 3_600_000,
          default: 60_000,
          description: "Between two searches; a module with JN=1 also tells by itself.",
        },
        leaveAfterMs: {
          type: "integer",
          minimum: 0,
          maximum: 86_400_000,
          default: 60_000,
          description: "Offline for this long, a board that joined has left.",
        },
      },
    },
  },
} as const;

export interface ZigbeeSettings extends SerialSettings {
  readonly apiMode: ApiMode;
  readonly keepAliveMs: number;
  readonly offlineAfter: number;
  readonly join?: JoinSettings;
}

export interface JoinSettings {
  readonly type: string;
  readonly discoverMs: number;
  readonly leaveAfterMs: number;
}
