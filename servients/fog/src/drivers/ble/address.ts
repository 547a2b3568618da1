import { ConfigError } from "@fogwot/core/base";

/**
 * A device address as it is written, A4:C1:38:00:00:01, with colons, hyphens or neither.
 * @returns twelve lower-case hexadecimal digits, noble's name of the peripheral
 * @throws ConfigError naming the device
 */
export function parseAddress(deviceId: string, text: string): string {
  const digits = text.replaceAll(/[\s:-]/g, "").toLowerCase();
  if (/^[0-9a-f]{12}$/.test(digits) && !RESERVED.test(digits)) return digits;
  const wanted = "a Bluetooth device address, as A4:C1:38:00:00:01";
  throw new ConfigError(`device ${deviceId}`, [{ path: "/address", got: text, wanted }]);
}

const RESERVED = /^(0{12}|f{12})$/;
