/** Members of the settings schema of a driver that has a serial line. */
export const SERIAL_SETTINGS = {
  path: {
    type: "string",
    minLength: 1,
    description:
      "The serial line: /dev/serial/by-id/… keeps its name, /dev/ttyUSB0 changes with the order of plugging.",
  },
  baudRate: {
    type: "integer",
    minimum: 110,
    maximum: 4_000_000,
    default: 9_600,
    description: "Bits per second, 8N1; as the other end is set.",
  },
  rtscts: { type: "boolean", default: false, description: "Hardware flow control (RTS/CTS)." },
} as const;

export interface SerialSettings {
  readonly path: string;
  readonly baudRate: number;
  readonly rtscts: boolean;
}
