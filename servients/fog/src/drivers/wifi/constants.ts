/** A flood must not push a device's reply out of the kernel's buffer before we read it. */
export const RECEIVE_BUFFER_BYTES = 1 << 20;

/** JSON Schema of the Wi-Fi driver's settings. */
export const WIFI_SETTINGS_SCHEMA = {
  type: "object",
  additionalProperties: false,
  properties: {
    keepAliveMs: {
      type: "integer",
      minimum: 20,
      maximum: 600_000,
      default: 2_000,
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
    localAddress: {
      type: "string",
      minLength: 1,
      description:
        "Local address of the UDP socket. Without it 127.0.0.1 where every device is on this machine, else all interfaces.",
    },
    localPort: {
      type: "integer",
      minimum: 0,
      maximum: 65_535,
      default: 0,
      description: "Local port of the UDP socket; 0 takes a free one.",
    },
  },
} as const;

export interface WifiSettings {
  readonly keepAliveMs: number;
  readonly offlineAfter: number;
  readonly localAddress?: string;
  readonly localPort: number;
}
