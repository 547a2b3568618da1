import { ConfigError } from "@fogwot/core/base";
import type { Address64 } from "./xbee";

/**
 * A module's 64-bit address as on its label: 0013A20041526374, with blanks, colons or hyphens.
 * @throws ConfigError naming the device
 */
export function parseAddress(deviceId: string, text: string): Address64 {
  const digits = text.replaceAll(/[\s:-]/g, "").toLowerCase();
  if (!/^[0-9a-f]{16}$/.test(digits) || RESERVED.test(digits)) {
    throw new ConfigError(`device ${deviceId}`, [
      {
        path: "/address",
        got: text,
        wanted: "the 64-bit address on the module's label, as 0013A20041526374",
      },
    ]);
  }
  return digits;
}

/** All zero is whichever module coordinates; from …ff00 on, everybody or somebody unknown. */
const RESERVED = /^0{16}$|^0{12}ff..$|^f{16}$/;
