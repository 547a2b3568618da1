export const LIBRARIES = ["@abandonware/noble", "@stoprocent/noble"] as const;
export type LibraryName = (typeof LIBRARIES)[number];

/** JSON Schema of the BLE driver's settings. */
export const BLE_SETTINGS_SCHEMA = {
  type: "object",
  additionalProperties: false,
  properties: {
    library: {
      enum: [...LIBRARIES],
      default: "@abandonware/noble",
      description: "Which of the two libraries with one interface drives the adapter.",
    },
    path: {
      type: "string",
      minLength: 1,
      description:
        "Serial line of an HCI-UART (H4) controller, as /dev/serial/by-id/…; without it the operating system's adapter is used.",
    },
    baudRate: {
      type: "integer",
      minimum: 9_600,
      maximum: 4_000_000,
      default: 1_000_000,
      description: "Of the serial line, as the controller's firmware is set.",
    },
    adapter: {
      type: "integer",
      minimum: 0,
      maximum: 15,
      default: 0,
      description: "Without `path`: which adapter, 0 for hci0.",
    },
    connectTimeoutMs: {
      type: "integer",
      minimum: 50,
      maximum: 60_000,
      default: 1_500,
      description:
        "One attempt to connect. A device that is not connected for three times this long cannot be reached.",
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
  },
} as const;

export interface BleSettings {
  readonly library: LibraryName;
  readonly path?: string;
  readonly baudRate: number;
  readonly adapter: number;
  readonly connectTimeoutMs: number;
  readonly keepAliveMs: number;
  readonly offlineAfter: number;
}
