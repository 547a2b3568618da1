import { SERIAL_SETTINGS, type SerialSettings } from "../../serial";

/** JSON Schema of the RS-232 driver's settings. */
export const RS232_SETTINGS_SCHEMA = {
  type: "object",
  additionalProperties: false,
  required: ["path"],
  properties: {
    ...SERIAL_SETTINGS,
    silentMs: {
      type: "integer",
      minimum: 20,
      maximum: 600_000,
      default: 1_000,
      description: "A device that sends nothing for this long counts as offline. Real time.",
    },
    stream: {
      type: "object",
      default: {},
      description: "For the decoder of the device's stream: its type says what may stand here.",
    },
  },
} as const;

export interface Rs232Settings extends SerialSettings {
  readonly silentMs: number;
}
